"""Policies, waivers and promotions."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "policies",
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("record", Document, nullable=False),
        sa.Column("set_by", sa.String(36), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name="fk_policies_set_by"),
        sa.PrimaryKeyConstraint("version", name="pk_policies"),
    )
    op.create_table(
        "waivers",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("backtest_id", sa.String(36), nullable=False),
        sa.Column("check_name", sa.String(60), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("record", Document, nullable=False),
        sa.Column("granted_by", sa.String(36), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("withdrawn_at", Instant),
        sa.Column("withdrawn_by", sa.String(36)),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_waivers_strategy_id"),
        sa.ForeignKeyConstraint(["backtest_id"], ["backtests.id"], name="fk_waivers_backtest_id"),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name="fk_waivers_granted_by"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["users.id"], name="fk_waivers_withdrawn_by"),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
    )
    op.create_index("ix_waivers_strategy_id_created_at_id", "waivers", ["strategy_id", "created_at", "id"])
    op.create_index("ix_waivers_created_at_id", "waivers", ["created_at", "id"])
    op.create_index("ix_waivers_backtest_id", "waivers", ["backtest_id"])
    op.create_index("ix_waivers_hash", "waivers", ["hash"])
    op.create_table(
        "promotions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("verdict_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("record", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_promotions_owner_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_promotions_strategy_id"),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdicts.id"], name="fk_promotions_verdict_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promotions"),
    )
    op.create_index("ix_promotions_owner_id_created_at_id", "promotions", ["owner_id", "created_at", "id"])
    op.create_index("ix_promotions_created_at_id", "promotions", ["created_at", "id"])
    op.create_index("ix_promotions_strategy_id_created_at_id", "promotions", ["strategy_id", "created_at", "id"])
    op.create_index("ix_promotions_verdict_id", "promotions", ["verdict_id"])


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("promotions", "waivers", "policies")
