"""Reflexions, and runs through all stages."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reflexions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("backtest_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("child_id", sa.String(36)),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_reflexions_owner_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_reflexions_strategy_id"),
        sa.ForeignKeyConstraint(["backtest_id"], ["backtests.id"], name="fk_reflexions_backtest_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_reflexions_job_id"),
        sa.ForeignKeyConstraint(["child_id"], ["strategies.id"], name="fk_reflexions_child_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reflexions"),
    )
    op.create_index("ix_reflexions_strategy_id_created_at_id", "reflexions", ["strategy_id", "created_at", "id"])
    for column in ("owner_id", "backtest_id", "job_id", "child_id"):
        op.create_index(f"ix_reflexions_{column}", "reflexions", [column])
    op.create_table(
        "orchestrations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("strategy_id", sa.String(36)),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("goal", sa.Text()),
        sa.Column("asked", Document, nullable=False),
        sa.Column("stages", Document, nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_orchestrations_owner_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_orchestrations_strategy_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_orchestrations_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orchestrations"),
    )
    op.create_index("ix_orchestrations_owner_id_created_at_id", "orchestrations", ["owner_id", "created_at", "id"])
    op.create_index("ix_orchestrations_created_at_id", "orchestrations", ["created_at", "id"])
    op.create_index("ix_orchestrations_strategy_id_created_at_id", "orchestrations", ["strategy_id", "created_at", "id"])
    for column in ("job_id", "settled"):
        op.create_index(f"ix_orchestrations_{column}", "orchestrations", [column])


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("orchestrations", "reflexions")
