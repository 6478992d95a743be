"""The journal table with its append-only triggers. No later migration may touch it."""

from alembic import op

revision = "0001"
down_revision: str | None = None

TABLE = (
    "CREATE TABLE journal ("
    "kiosk_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, schema_version INTEGER NOT NULL,"
    " kind TEXT NOT NULL, canonical BLOB NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL,"
    " PRIMARY KEY (epoch, seq),"
    " CONSTRAINT journal_shape CHECK (epoch >= 1 AND seq >= 1 AND length(prev_hash) = 32 AND length(hash) = 32)"
    ") STRICT"
)
TRIGGERS = (
    "CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_refuses_replace BEFORE INSERT ON journal"
    " WHEN EXISTS (SELECT 1 FROM journal WHERE epoch = NEW.epoch AND seq >= NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)


def upgrade() -> None:
    for sql in (TABLE, *TRIGGERS):
        op.execute(sql)
