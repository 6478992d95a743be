"""Tables of the journal database. Owns their one definition; refuses to change the journal table once it exists."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from kiosk.journal.database import Connection
from kiosk.journal.errors import JournalError

USER_VERSION = 2
"""``PRAGMA user_version``: the number of the newest migration."""
READ_MODEL_VERSION = 8
"""Raise it whenever the read models or their projection change: they are then dropped and replayed."""

LASTING = MetaData()
"""What migrations look after."""
READ_MODELS = MetaData()
"""What can always be had again from the journal."""


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _integer(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


journal = Table(
    "journal",
    LASTING,
    _text("kiosk_id"),
    _key("epoch"),
    _key("seq"),
    _integer("schema_version"),
    _text("kind"),
    Column("canonical", LargeBinary, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

sync_state = Table(
    "sync_state",
    LASTING,
    _key("id"),
    _integer("acked_epoch"),
    _integer("acked_seq"),
    Column("acked_hash", LargeBinary, nullable=False),
    _text("frozen_reason"),
)

# The lasting tables are written out, and not left to SQLAlchemy's spelling: the text is compared with the database's
# at every start, for as long as the journal lives. With a rowid: entries of 0.5 to 2.5 KB make the rowid-less b-tree
# write more log pages for the same commit time.
JOURNAL_SQL = (
    "CREATE TABLE journal ("
    "kiosk_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, schema_version INTEGER NOT NULL,"
    " kind TEXT NOT NULL, canonical BLOB NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL,"
    " PRIMARY KEY (epoch, seq),"
    " CONSTRAINT journal_shape CHECK (epoch >= 1 AND seq >= 1 AND length(prev_hash) = 32 AND length(hash) = 32)"
    ") STRICT"
)
SYNC_STATE_SQL = (
    "CREATE TABLE sync_state ("
    "id INTEGER NOT NULL, acked_epoch INTEGER NOT NULL, acked_seq INTEGER NOT NULL, acked_hash BLOB NOT NULL,"
    " frozen_reason TEXT NOT NULL,"
    " PRIMARY KEY (id), CONSTRAINT sync_state_one_row CHECK (id = 1)"
    ") STRICT"
)
INITIAL_SYNC_STATE = "INSERT INTO sync_state VALUES (1, 0, 0, zeroblob(32), '')"
ALEMBIC_SQL = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\t"
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)
TRIGGERS = (
    "CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    # REPLACE removes the old row without the delete trigger unless the connection asks for recursive triggers.
    "CREATE TRIGGER journal_refuses_replace BEFORE INSERT ON journal"
    " WHEN EXISTS (SELECT 1 FROM journal WHERE epoch = NEW.epoch AND seq >= NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)

read_model = Table("read_model", READ_MODELS, _key("version"), sqlite_strict=True)

sale = Table(
    "sale",
    READ_MODELS,
    Column("sale_id", Text, primary_key=True, nullable=False),
    _integer("epoch"),
    _integer("seq"),
    _text("business_date"),
    _integer("amount_yen"),
    _integer("free"),
    sqlite_strict=True,
)

operation = Table(
    "operation",
    READ_MODELS,
    Column("operation_id", Text, primary_key=True, nullable=False),
    Column("sale_id", Text, ForeignKey("sale.sale_id"), nullable=False),
    _integer("epoch"),
    _integer("seq"),
    _text("kind"),
    _text("business_date"),
    _text("tender"),
    _text("device"),
    _integer("amount_yen"),
    _text("state"),
    _integer("unsettled"),
    _integer("sequence_number"),
    Column("baseline", Text),
    Column("result", Text),
    _text("reason"),
    _text("code"),
    Column("seen", Text),
    _integer("provisional"),
    _integer("followed_up"),
    sqlite_strict=True,
)

document = Table(
    "document",
    READ_MODELS,
    Column("document_id", Text, primary_key=True, nullable=False),
    _text("sale_id"),
    _integer("seq"),
    Column("business_date", Text),
    _text("kind"),
    _text("serial_number"),
    _integer("copy_number"),
    _text("state"),
    _text("fault"),
    sqlite_strict=True,
)

day = Table(
    "day",
    READ_MODELS,
    Column("business_date", Text, primary_key=True, nullable=False),
    _integer("opened_seq"),
    _text("state"),
    _integer("first_seq"),
    _integer("last_seq"),
    sqlite_strict=True,
)

counter = Table(
    "counter",
    READ_MODELS,
    Column("name", Text, primary_key=True, nullable=False),
    _integer("value"),
    sqlite_strict=True,
)

baseline = Table(
    "baseline",
    READ_MODELS,
    Column("device", Text, primary_key=True, nullable=False),
    _text("terminal_id"),
    _text("slip_number"),
    _text("transaction_number"),
    sqlite_strict=True,
)

refund_request = Table(
    "refund_request",
    READ_MODELS,
    _key("epoch"),
    _key("seq"),
    Column("sale_id", Text, ForeignKey("sale.sale_id"), nullable=False),
    Column("business_date", Text),
    sqlite_strict=True,
)

sale_number = Table(
    "sale_number",
    READ_MODELS,
    Column("number", Text, primary_key=True, nullable=False),
    _key("epoch"),
    _key("seq"),
    Column("sale_id", Text, primary_key=True, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Every number a citizen's slip shows, as kiosk.domain.sale_search compares it, at the entry it came with."""

payment_code = Table(
    "payment_code",
    READ_MODELS,
    Column("device", Text, primary_key=True, nullable=False),
    Column("brand", Text, primary_key=True, nullable=False),
    _text("text"),
    _integer("passed"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""By device: the enrolled code where ``brand`` is empty, else the newest live test of that brand."""

daily_log = Table(
    "daily_log",
    READ_MODELS,
    _key("epoch"),
    _key("seq"),
    _text("business_date"),
    sqlite_strict=True,
)

Index("refund_of_sale", refund_request.c.sale_id)
Index("refund_of_day", refund_request.c.business_date)
Index("sale_of_day", sale.c.business_date, sale.c.seq)
Index("sale_of_amount", sale.c.amount_yen, sale.c.epoch, sale.c.seq)
Index("operation_of_sale", operation.c.sale_id)
Index("operation_of_day", operation.c.business_date)
Index("operation_on_device", operation.c.device, operation.c.epoch, operation.c.seq)
Index("operation_unsettled", operation.c.seq, sqlite_where=text("unsettled = 1"))
Index("operation_to_follow_up", operation.c.seq, sqlite_where=text("provisional = 1 AND followed_up = 0"))
Index("document_of_sale", document.c.sale_id)
Index("document_of_day", document.c.business_date)
Index("document_unfinished", document.c.seq, sqlite_where=text("state IN ('queued', 'sent')"))

_DIALECT = sqlite.dialect()


def create_sql(metadata: MetaData) -> list[str]:
    """CREATE statements of tables and their indexes, in the order of their dependencies."""
    made: list[str] = []
    for table in metadata.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=_DIALECT)).strip())
        made += [
            str(CreateIndex(index).compile(dialect=_DIALECT)).strip()
            for index in sorted(table.indexes, key=lambda x: str(x.name))
        ]
    return made


def create_lasting(connection: Connection) -> None:
    """Make a new database as if every migration had run, in the caller's transaction."""
    for sql in (ALEMBIC_SQL, JOURNAL_SQL, *TRIGGERS, SYNC_STATE_SQL, INITIAL_SYNC_STATE):
        connection.execute(sql)
    connection.execute("INSERT INTO alembic_version VALUES (?)", (f"{USER_VERSION:04}",))
    connection.execute(f"PRAGMA user_version={USER_VERSION}")


def journal_sql(connection: Connection, *, schema: str = "main") -> set[str]:
    """The statements that define the journal table and its triggers, as the database holds them."""
    rows = connection.execute(
        f"SELECT sql FROM {schema}.sqlite_master WHERE tbl_name = 'journal' AND sql IS NOT NULL"  # noqa: S608
    )
    return {str(row[0]) for row in rows}


def check_journal_table(connection: Connection, *, schema: str = "main") -> None:
    """Raises JournalError when the journal table or its append-only triggers are not as they were made."""
    if journal_sql(connection, schema=schema) != {JOURNAL_SQL, *TRIGGERS}:
        raise JournalError("the journal table or its append-only triggers have been altered; call support")
