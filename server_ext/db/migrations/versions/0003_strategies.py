"""Strategies and their versions."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "strategies",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(100)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("strategy_type", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parameters", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_strategies_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_strategies"),
    )
    op.create_index("ix_strategies_created_at_id", "strategies", ["created_at", "id"])
    op.create_index("ix_strategies_owner_id_created_at_id", "strategies", ["owner_id", "created_at", "id"])
    op.create_table(
        "strategy_versions",
        sa.Column("strategy_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parameters", Document, nullable=False),
        sa.Column("created_by", sa.String(36), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_strategy_versions_created_by"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_strategy_versions_strategy_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("strategy_id", "version", name="pk_strategy_versions"),
    )


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("strategy_versions", "strategies")
