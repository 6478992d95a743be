"""Sums for settlement. Owns the queries over the projections; refuses to interpret them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, case, cast, func, select

from kiosk.domain.operation import State
from register.domain.settlement import Figures, Portion, SettlementRow
from register.store.schema import DAY, EXCEPTION_FLAG, OPERATION, SALE_FACT

IN_DOUBT = (State.REQUESTED, State.REPORTED, State.IN_DOUBT)
"""Money may have moved and nobody has said whether."""


def portions(connection: Connection, day: date, kiosk_id: str | None) -> tuple[Portion, ...]:
    """Facts of a day per account, tender and kind; ordered for reading."""
    facts = SALE_FACT.c
    keys = (
        facts.ownership,
        facts.fiscal_year,
        facts.account_code,
        facts.account_path,
        facts.department,
        facts.tender,
        facts.tender_name,
    )
    query = (
        select(
            *keys,
            facts.kind,
            func.count(func.distinct(facts.reference)).label("count"),
            _sum(facts.quantity, "quantity"),
            _sum(facts.amount_yen, "amount_yen"),
            _sum(facts.exempted_yen, "exempted_yen"),
            _sum(facts.tax_yen, "tax_yen"),
            _sum(case((facts.amount_yen == 0, facts.quantity), else_=0), "zero_quantity"),
        )
        .where(facts.business_date == day)
        .group_by(*keys, facts.kind)
    )
    if kiosk_id is not None:
        query = query.where(facts.kiosk_id == kiosk_id)
    found = [_portion(row) for row in connection.execute(query)]
    return tuple(sorted(found, key=_reading_order))


def _sum(column: ColumnElement[Any], name: str) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger).label(name)


def _portion(row: Any) -> Portion:
    account = SettlementRow(
        row.fiscal_year,
        row.ownership,
        row.account_code,
        row.account_path,
        row.department,
        row.tender,
        row.tender_name,
        Figures(),
    )
    return Portion(
        account,
        row.kind,
        row.count,
        row.quantity,
        row.amount_yen,
        row.exempted_yen,
        row.tax_yen,
        row.zero_quantity,
    )


def _reading_order(portion: Portion) -> tuple[Any, ...]:
    """歳入 first, then by account as people number them; sorted here because collations differ between databases."""
    row = portion.row
    return (
        row.ownership != "revenue",
        row.ownership,
        row.fiscal_year,
        row.account_code,
        row.account_path,
        row.department,
        row.tender,
        row.tender_name,
        portion.kind,
    )


def in_doubt_counts(connection: Connection, day: date) -> dict[str, int]:
    """Kiosk -> operations of the day whose outcome nobody knows."""
    query = select(OPERATION.c.kiosk_id, func.count()).where(
        OPERATION.c.business_date == day, OPERATION.c.state.in_([state.value for state in IN_DOUBT])
    )
    return _counts(connection, query.group_by(OPERATION.c.kiosk_id))


def exception_counts(connection: Connection, day: date) -> dict[str, int]:
    """Kiosk -> entries of the day a person should look at."""
    query = select(EXCEPTION_FLAG.c.kiosk_id, func.count()).where(EXCEPTION_FLAG.c.business_date == day)
    return _counts(connection, query.group_by(EXCEPTION_FLAG.c.kiosk_id))


def _counts(connection: Connection, query: Select[Any]) -> dict[str, int]:
    pairs: Iterable[Any] = connection.execute(query)
    return {kiosk_id: count for kiosk_id, count in pairs}  # noqa: C416 - a row is not a pair to dict()


def days_begun(connection: Connection, day: date) -> dict[str, bool]:
    """Kiosk -> whether its day is closed, for the kiosks that have opened it; in its newest epoch."""
    query = select(DAY.c.kiosk_id, DAY.c.closed_seq).where(DAY.c.business_date == day).order_by(DAY.c.epoch)
    return {kiosk_id: closed_seq > 0 for kiosk_id, closed_seq in connection.execute(query)}


def kiosks_with_facts(connection: Connection, day: date) -> frozenset[str]:
    query = select(SALE_FACT.c.kiosk_id).where(SALE_FACT.c.business_date == day).distinct()
    return frozenset(connection.scalars(query))
