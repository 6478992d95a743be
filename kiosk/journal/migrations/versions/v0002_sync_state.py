"""What the central register has acknowledged: the one mutable row, outside the chain."""

from alembic import op

revision = "0002"
down_revision: str | None = "0001"

TABLE = (
    "CREATE TABLE sync_state ("
    "id INTEGER NOT NULL, acked_epoch INTEGER NOT NULL, acked_seq INTEGER NOT NULL, acked_hash BLOB NOT NULL,"
    " frozen_reason TEXT NOT NULL,"
    " PRIMARY KEY (id), CONSTRAINT sync_state_one_row CHECK (id = 1)"
    ") STRICT"
)


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("INSERT INTO sync_state VALUES (1, 0, 0, zeroblob(32), '')")
