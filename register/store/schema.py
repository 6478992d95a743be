"""The register's tables and their guards. Owns the shape of the store; refuses changes to the journal."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
)

SCHEMA_VERSION = 3
"""Version of these tables; the register does not start on another. 2 added ``kiosk_event``, 3 people and deeds."""
GROWN_FROM = 1
"""The oldest version that lacks tables alone: they are added when it is opened."""

METADATA = MetaData()

META = Table("meta", METADATA, Column("schema_version", Integer, primary_key=True))

KIOSK = Table(
    "kiosk",
    METADATA,
    Column("kiosk_id", String(64), primary_key=True),
    Column("counter_code", Text, nullable=False),
    Column("counter_name", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("head_seq", BigInteger, nullable=False),
    Column("head_hash", LargeBinary, nullable=False),
    Column("frozen_rule", String(32), nullable=False),
    Column("frozen_detail", Text, nullable=False),
    Column("batch_sent_ms", BigInteger, nullable=False),
    Column("batch_received_ms", BigInteger, nullable=False),
    Column("heartbeat_ms", BigInteger, nullable=False),
    Column("reported_seq", BigInteger, nullable=False),
    Column("oldest_unacked_at", Text, nullable=False),
)

KIOSK_KEY = Table(
    "kiosk_key",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("enrolled_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    PrimaryKeyConstraint("kiosk_id", "key_id"),
)

ENROLMENT_CODE = Table(
    "enrolment_code",
    METADATA,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("kiosk_id", String(64), nullable=False),
    Column("new_epoch", Boolean, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_key_id", String(16), nullable=False),
)

KIOSK_EVENT = Table(
    "kiosk_event",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "number"),
)
"""What happened to a kiosk's codes, keys and standing, for a person; ``number`` counts within the kiosk."""

PERSON = Table(
    "person",
    METADATA,
    Column("person_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("refused_ms", BigInteger, nullable=False),
)
"""People who act here; nobody is deleted."""

DEED = Table(
    "deed",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("refused", Boolean, nullable=False),
)
"""What people set out to do here, or were refused."""

JOURNAL = Table(
    "journal",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("business_date", Date),
    Column("canonical", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "epoch", "seq"),
)
"""What the kiosks said, byte for byte. No index beyond its key: readers use the projections."""

BATCH = Table(
    "batch",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("sent_at", String(40), nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "epoch", "last_seq"),
)
"""Who signed which entries: with the journal's bytes, every signature can be checked again."""

QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("body_sha256", LargeBinary, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("sent_at", String(40), nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "body_sha256"),
)
"""Signed bytes that do not fit the chain, kept for a person."""

EXCEPTION_FLAG = Table(
    "exception_flag",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("business_date", Date),
    PrimaryKeyConstraint("kiosk_id", "epoch", "seq", "rule"),
)
"""Entries taken all the same that a person should look at."""

# --- projections: rebuilt from the journal at any time ------------------------------------------------------

OPERATION = Table(
    "operation",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("operation_id", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("prepared_seq", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("business_date", Date, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "operation_id"),
    Index("operation_by_date", "business_date", "state"),
)

SALE_FACT = Table(
    "sale_fact",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reference", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("ownership", String(16), nullable=False),
    Column("account_code", Text, nullable=False),
    Column("account_path", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("item_code", Text, nullable=False),
    Column("item_name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("tender", String(16), nullable=False),
    Column("tender_name", Text, nullable=False),
    Column("trustee_name", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("amount_yen", BigInteger, nullable=False),
    Column("exempted_yen", BigInteger, nullable=False),
    Column("tax_code", Text, nullable=False),
    Column("tax_percent", Integer),
    Column("tax_yen", BigInteger, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "epoch", "seq", "line"),
    Index("sale_fact_by_date", "business_date"),
)
"""A line whose money moved, or that was free. ``seq`` is the entry that made it count; amounts are positive, ``kind``
says which way; ``reference`` is the operation, or the sale where it was free."""

DAY = Table(
    "day",
    METADATA,
    Column("kiosk_id", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("closed_seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "epoch", "business_date"),
    Index("day_by_date", "business_date"),
)
"""Business days begun. ``closed_seq`` is 0 while the day is open; the chain has no gaps below it."""

PROJECTIONS = (OPERATION, SALE_FACT, DAY)

APPEND_ONLY = (JOURNAL, BATCH, QUARANTINE, KIOSK_EVENT, DEED)


def _refuse_changes(table: Table, connection: Connection, **_: object) -> None:
    """Triggers, so that no program and no person at a prompt changes a row by mistake."""
    name = table.name
    if connection.dialect.name == "postgresql":
        statements = [
            f"CREATE FUNCTION {name}_refuses() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{name} is append-only'; END $$",
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuses()",
        ]
    else:
        statements = [
            f"CREATE TRIGGER {name}_refuses_{verb} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    for statement in statements:
        connection.exec_driver_sql(statement)


for _table in APPEND_ONLY:
    event.listen(_table, "after_create", _refuse_changes)
