"""Validations, and the verdicts of the gates."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "validations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("asked", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_validations_owner_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_validations_strategy_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_validations_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_validations"),
    )
    op.create_index("ix_validations_owner_id_created_at_id", "validations", ["owner_id", "created_at", "id"])
    op.create_index("ix_validations_created_at_id", "validations", ["created_at", "id"])
    op.create_index("ix_validations_strategy_id_created_at_id", "validations", ["strategy_id", "created_at", "id"])
    op.create_index("ix_validations_job_id", "validations", ["job_id"])
    op.create_table(
        "verdicts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("backtest_id", sa.String(36), nullable=False),
        sa.Column("validation_id", sa.String(36)),
        sa.Column("gate", sa.String(10), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(64), nullable=False),
        sa.Column("record", Document, nullable=False),
        sa.Column("readiness", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_verdicts_owner_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_verdicts_strategy_id"),
        sa.ForeignKeyConstraint(["backtest_id"], ["backtests.id"], name="fk_verdicts_backtest_id"),
        sa.ForeignKeyConstraint(["validation_id"], ["validations.id"], name="fk_verdicts_validation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_owner_id_created_at_id", "verdicts", ["owner_id", "created_at", "id"])
    op.create_index("ix_verdicts_created_at_id", "verdicts", ["created_at", "id"])
    op.create_index("ix_verdicts_strategy_id_gate_created_at_id", "verdicts", ["strategy_id", "gate", "created_at", "id"])
    op.create_index("ix_verdicts_backtest_id", "verdicts", ["backtest_id"])
    op.create_index("ix_verdicts_validation_id", "verdicts", ["validation_id"])


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("verdicts", "validations")
