"""What each account was told of its overview last."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import Document

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "overviews",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("stats", Document, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_overviews_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_overviews"),
    )


def downgrade() -> None:
    """Put the table aside with what it holds."""
    put_aside("overviews")
