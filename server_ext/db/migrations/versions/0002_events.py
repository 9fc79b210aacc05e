"""The event log."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from server_ext.db.aside import put_aside
from server_ext.db.metadata import BigSerial, Document, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("seq", BigSerial, autoincrement=True, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("owner_id", sa.String(36)),
        sa.Column("team", sa.String(100)),
        sa.Column("key", sa.String(200)),
        sa.Column("data", Document, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.UniqueConstraint("key", name="uq_events_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "event_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_log"),
    )

    log = sa.table("event_log", sa.column("id"), sa.column("epoch"), sa.column("forgotten"))
    op.execute(log.insert().values(id=1, epoch=str(uuid4()), forgotten=0))


def downgrade() -> None:
    """Put the tables aside with what they hold."""
    put_aside("event_log", "events")
