"""Jobs with what they print while they run, and the backtests and sweeps that they answer."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import BigSerial, Document, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _jobs()
    _backtests()
    _sweeps()


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("sweeps", "backtests", "job_output", "jobs")


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("notebook", sa.String(400), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("parameters", Document, nullable=False),
        sa.Column("subject", Document, nullable=False),
        sa.Column("identity", sa.String(64)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("timeout", sa.Float(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("stage", sa.String(200), nullable=False),
        sa.Column("error_code", sa.String(60)),
        sa.Column("error", sa.Text()),
        sa.Column("result", sa.String(64)),
        sa.Column("found", Document),
        sa.Column("run_key", sa.String(64)),
        sa.Column("executed", sa.String(64)),
        sa.Column("log", sa.String(64)),
        sa.Column("seconds", sa.Float()),
        sa.Column("host", sa.String(255)),
        sa.Column("pid", sa.Integer()),
        sa.Column("pid_started", sa.Float()),
        sa.Column("session_id", sa.String(36)),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("finished_at", Instant),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_jobs_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    for columns in (["state", "created_at"], ["owner_id", "created_at", "id"], ["created_at", "id"], ["identity"], ["run_key"]):
        op.create_index(f"ix_jobs_{'_'.join(columns)}", "jobs", columns)
    op.create_table(
        "job_output",
        sa.Column("seq", BigSerial, autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_output_job_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name="pk_job_output"),
    )
    op.create_index("ix_job_output_job_id_seq", "job_output", ["job_id", "seq"])


def _backtests() -> None:
    op.create_table(
        "backtests",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("spec", Document, nullable=False),
        sa.Column("spec_hash", sa.String(64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_backtests_owner_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_backtests_strategy_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_backtests_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_backtests"),
    )
    for columns in (["owner_id", "created_at", "id"], ["created_at", "id"], ["strategy_id"], ["job_id"]):
        op.create_index(f"ix_backtests_{'_'.join(columns)}", "backtests", columns)


def _sweeps() -> None:
    op.create_table(
        "sweeps",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("strategy_type", sa.String(60), nullable=False),
        sa.Column("asked", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_sweeps_owner_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_sweeps_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sweeps"),
    )
    for columns in (["owner_id", "created_at", "id"], ["job_id"]):
        op.create_index(f"ix_sweeps_{'_'.join(columns)}", "sweeps", columns)
