"""Schedules that are mailed, and the mails."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "schedule_recipients",
        sa.Column("schedule_id", sa.String(36), nullable=False),
        sa.Column("recipients", Document, nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name="fk_schedule_recipients_schedule_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("schedule_id", name="pk_schedule_recipients"),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("recipients", Document, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(400), nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_mails_owner_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_mails_job_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
    )
    op.create_index("ix_mails_state_next_at", "mails", ["state", "next_at"])
    op.create_index("ix_mails_job_id", "mails", ["job_id"])
    op.create_index("ix_mails_owner_id", "mails", ["owner_id"])


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("mails", "schedule_recipients")
