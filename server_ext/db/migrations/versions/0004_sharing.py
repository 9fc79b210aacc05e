"""What is shared with whom, and the readers of events that tell of it."""

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import BigSerial, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shares",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(36), nullable=False),
        sa.Column("reader_kind", sa.String(10), nullable=False),
        sa.Column("reader", sa.String(100), nullable=False),
        sa.Column("shared_by", sa.String(36), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["shared_by"], ["users.id"], name="fk_shares_shared_by"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("kind", "object_id", "reader_kind", "reader", name="uq_shares_kind_object_id_reader_kind_reader"),
    )
    op.create_index("ix_shares_reader_kind_reader_kind_object_id", "shares", ["reader_kind", "reader", "kind", "object_id"])
    op.create_table(
        "event_readers",
        sa.Column("seq", BigSerial, autoincrement=False, nullable=False),
        sa.Column("reader_kind", sa.String(10), nullable=False),
        sa.Column("reader", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["events.seq"], name="fk_event_readers_seq", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", "reader_kind", "reader", name="pk_event_readers"),
    )


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("event_readers", "shares")
