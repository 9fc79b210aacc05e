"""Schedules, and what came of each time they were due."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("notebook", sa.String(400), nullable=False),
        sa.Column("parameters", Document, nullable=False),
        sa.Column("trigger", Document, nullable=False),
        sa.Column("timeout", sa.Float()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("misfire", sa.String(10), nullable=False),
        sa.Column("misfire_seconds", sa.Float(), nullable=False),
        sa.Column("overlap", sa.String(10), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("last_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_schedules_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_owner_id_created_at_id", "schedules", ["owner_id", "created_at", "id"])
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])
    op.create_table(
        "schedule_runs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("schedule_id", sa.String(36), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("fired_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("job_id", sa.String(36)),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name="fk_schedule_runs_schedule_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_schedule_runs_job_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_runs"),
    )
    op.create_index("ix_schedule_runs_schedule_id_fired_at_id", "schedule_runs", ["schedule_id", "fired_at", "id"])
    op.create_index("ix_schedule_runs_job_id", "schedule_runs", ["job_id"])


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("schedule_runs", "schedules")
