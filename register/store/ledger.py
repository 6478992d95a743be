"""The journal as held, its batches and its projections. Owns their queries; refuses to judge integrity."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Connection, Row, Table, bindparam, cast, delete, func, select

from kiosk.domain.operation import Operation, Prepared, State
from kiosk.domain.record import read_body
from register.domain.entries import Entry, Flag, FlagRule
from register.domain.projection import FREE, NetYen, Projection, SaleFact, Standing
from register.store.bulk import insert_rows
from register.store.schema import (
    BATCH,
    DAY,
    EXCEPTION_FLAG,
    JOURNAL,
    OPERATION,
    PROJECTIONS,
    QUARANTINE,
    SALE_FACT,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

READ_ROWS = 500
"""Entries held in memory while the journal is read through: at most 125 MB of the largest records."""

FACT_FIELDS = tuple(field.name for field in fields(SaleFact))
_fact_values = attrgetter(*FACT_FIELDS)
_OPERATIONS_NAMED = (
    select(
        OPERATION.c.operation_id, OPERATION.c.epoch, OPERATION.c.prepared_seq, OPERATION.c.state, JOURNAL.c.canonical
    )
    .join(
        JOURNAL,
        (JOURNAL.c.kiosk_id == OPERATION.c.kiosk_id)
        & (JOURNAL.c.epoch == OPERATION.c.epoch)
        & (JOURNAL.c.seq == OPERATION.c.prepared_seq),
    )
    .where(
        OPERATION.c.kiosk_id == bindparam("kiosk"), OPERATION.c.operation_id.in_(bindparam("wanted", expanding=True))
    )
)
"""Built once: a batch asks it before it is taken."""


def hash_at(connection: Connection, kiosk_id: str, epoch: int, seq: int) -> bytes | None:
    query = select(JOURNAL.c.hash).where(JOURNAL.c.kiosk_id == kiosk_id, JOURNAL.c.epoch == epoch, JOURNAL.c.seq == seq)
    found: bytes | None = connection.scalar(query)
    return found


def canonical_at(connection: Connection, kiosk_id: str, epoch: int, seq: int) -> bytes | None:
    query = select(JOURNAL.c.canonical).where(
        JOURNAL.c.kiosk_id == kiosk_id, JOURNAL.c.epoch == epoch, JOURNAL.c.seq == seq
    )
    found: bytes | None = connection.scalar(query)
    return found


def last_seq(connection: Connection, kiosk_id: str, epoch: int) -> int:
    """The newest entry of an epoch; 0 for none."""
    query = select(func.max(JOURNAL.c.seq)).where(JOURNAL.c.kiosk_id == kiosk_id, JOURNAL.c.epoch == epoch)
    return connection.scalar(query) or 0


def canonical_of_kind(connection: Connection, kind: str, kiosk_id: str | None) -> Iterator[bytes]:
    """Entries of one kind, of one kiosk or of all; reads through the journal, for an audit."""
    query = select(JOURNAL.c.canonical).where(JOURNAL.c.kind == kind)
    if kiosk_id is not None:
        query = query.where(JOURNAL.c.kiosk_id == kiosk_id)
    yield from connection.scalars(query.order_by(JOURNAL.c.kiosk_id, JOURNAL.c.epoch, JOURNAL.c.seq))


def add_entries(connection: Connection, kiosk_id: str, epoch: int, entries: Iterable[Entry], received_ms: int) -> None:
    rows = [
        (kiosk_id, epoch, each.seq, each.kind, each.business_date, each.canonical, each.hash, received_ms)
        for each in entries
    ]
    insert_rows(connection, JOURNAL, rows)


def add_batch(connection: Connection, row: tuple[Any, ...]) -> None:
    """Columns in the table's order."""
    insert_rows(connection, BATCH, [row])


def quarantine_count(connection: Connection, kiosk_id: str) -> int:
    query = select(func.count()).select_from(QUARANTINE).where(QUARANTINE.c.kiosk_id == kiosk_id)
    return connection.scalar(query) or 0


def is_quarantined(connection: Connection, kiosk_id: str, body_sha256: bytes) -> bool:
    query = select(QUARANTINE.c.kiosk_id).where(
        QUARANTINE.c.kiosk_id == kiosk_id, QUARANTINE.c.body_sha256 == body_sha256
    )
    return connection.execute(query).first() is not None


def add_quarantine(connection: Connection, row: tuple[Any, ...]) -> None:
    """Columns in the table's order."""
    insert_rows(connection, QUARANTINE, [row])


def quarantined(connection: Connection) -> tuple[Row[Any], ...]:
    """Every quarantined batch without its bytes."""
    columns = [QUARANTINE.c[name] for name in ("kiosk_id", "epoch", "first_seq", "rule", "detail", "received_ms")]
    return tuple(connection.execute(select(*columns).order_by(QUARANTINE.c.received_ms)))


def quarantined_bodies(connection: Connection, kiosk_id: str) -> tuple[bytes, ...]:
    """A kiosk's quarantined batches, oldest first; twenty of 512 KB at most."""
    query = select(QUARANTINE.c.body).where(QUARANTINE.c.kiosk_id == kiosk_id).order_by(QUARANTINE.c.received_ms)
    return tuple(connection.scalars(query))


# --- projections --------------------------------------------------------------------------------------------


def operations_named(connection: Connection, kiosk_id: str, ids: Iterable[str]) -> dict[str, Standing]:
    """The operations of these identities, each with the intent as the journal holds it."""
    wanted = list(ids)
    if not wanted:
        return {}
    found: dict[str, Standing] = {}
    for operation_id, epoch, seq, state, canonical in connection.execute(
        _OPERATIONS_NAMED, {"kiosk": kiosk_id, "wanted": wanted}
    ):
        entry = json.loads(canonical)  # checked when it was taken
        body = read_body(entry["header"]["kind"], entry["body"])
        assert isinstance(body, Prepared)
        found[operation_id] = Standing(epoch, seq, Operation(body, State(state)))
    return found


def net_of_day(connection: Connection, kiosk_id: str, epoch: int, day: date) -> NetYen:
    """Sales less voids and refunds per tender of one kiosk's day."""
    facts = SALE_FACT.c
    query = (
        select(facts.tender, facts.kind, cast(func.sum(facts.amount_yen), BigInteger))
        .where(facts.kiosk_id == kiosk_id, facts.epoch == epoch, facts.business_date == day, facts.kind != FREE)
        .group_by(facts.tender, facts.kind)
    )
    net: NetYen = {}
    for tender, kind, amount_yen in connection.execute(query):
        net[tender] = net.get(tender, 0) + (amount_yen if kind == "sale" else -amount_yen)
    return net


def add_projection(connection: Connection, kiosk_id: str, projection: Projection) -> None:
    """Store what a fold changed."""
    epoch = projection.epoch
    _upsert(connection, OPERATION, operation_rows(kiosk_id, projection))
    insert_rows(connection, SALE_FACT, fact_rows(kiosk_id, projection))
    _upsert(connection, DAY, day_rows(kiosk_id, projection))
    add_flags(connection, kiosk_id, epoch, projection.flags)


def operation_rows(kiosk_id: str, projection: Projection) -> list[tuple[Any, ...]]:
    rows = []
    for operation_id in projection.touched:
        standing = projection.operations[operation_id]
        operation = standing.operation
        rows.append(
            (
                kiosk_id,
                operation_id,
                standing.epoch,
                standing.prepared_seq,
                operation.state.value,
                operation.prepared.business_date,
            )
        )
    return rows


def fact_rows(kiosk_id: str, projection: Projection) -> list[tuple[Any, ...]]:
    return [(kiosk_id, projection.epoch, *_fact_values(fact)) for fact in projection.facts]


def day_rows(kiosk_id: str, projection: Projection) -> list[tuple[Any, ...]]:
    return [(kiosk_id, projection.epoch, day, closed_seq) for day, closed_seq in projection.days.items()]


def flag_rows(kiosk_id: str, epoch: int, flags: Iterable[Flag]) -> list[tuple[Any, ...]]:
    return [(kiosk_id, epoch, flag.seq, flag.rule, flag.detail, flag.business_date) for flag in flags]


def add_flags(connection: Connection, kiosk_id: str, epoch: int, flags: Iterable[Flag]) -> None:
    insert_rows(connection, EXCEPTION_FLAG, flag_rows(kiosk_id, epoch, flags))


def _upsert(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    statement, names = _upsert_of(table, connection.dialect.name)
    connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _upsert_of(table: Table, dialect: str) -> "tuple[postgresql.Insert | sqlite.Insert, tuple[str, ...]]":
    """Built once for each table. Imported here: a register on SQLite starts without PostgreSQL's dialect."""
    statement: postgresql.Insert | sqlite.Insert
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        statement = postgresql_insert(table)
    else:
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        statement = sqlite_insert(table)
    keys = [column.name for column in table.primary_key]
    names = tuple(column.name for column in table.columns)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed), names


def forget_projections(connection: Connection) -> None:
    """Empty everything a replay rebuilds; flags of the batch (clock skew) are not replayable and stay."""
    for table in PROJECTIONS:
        connection.execute(delete(table))
    connection.execute(delete(EXCEPTION_FLAG).where(EXCEPTION_FLAG.c.rule != FlagRule.CLOCK_SKEW))


def journal_rows(connection: Connection, kiosk_id: str, epoch: int | None = None) -> Iterator[Row[Any]]:
    """A kiosk's entries in order, read in pieces."""
    query = select(JOURNAL).where(JOURNAL.c.kiosk_id == kiosk_id).order_by(JOURNAL.c.epoch, JOURNAL.c.seq)
    if epoch is not None:
        query = query.where(JOURNAL.c.epoch == epoch)
    with connection.execute(query, execution_options={"yield_per": READ_ROWS}) as found:
        yield from found


def epochs_held(connection: Connection, kiosk_id: str) -> tuple[int, ...]:
    query = select(JOURNAL.c.epoch).where(JOURNAL.c.kiosk_id == kiosk_id).distinct().order_by(JOURNAL.c.epoch)
    return tuple(connection.scalars(query))


def batch_rows(connection: Connection, kiosk_id: str, epoch: int) -> tuple[Row[Any], ...]:
    query = select(BATCH).where(BATCH.c.kiosk_id == kiosk_id, BATCH.c.epoch == epoch).order_by(BATCH.c.last_seq)
    return tuple(connection.execute(query))
