"""Reads what a kiosk sent. Owns integrity (bytes, header, chain) and flags; refuses to drop what it cannot read."""

import json
from dataclasses import dataclass
from datetime import date

from kiosk.domain.codec import INTEGER_MAX, CodecError, iso_date
from kiosk.domain.money import YEN_MAX
from kiosk.domain.operation import Prepared, SaleLine
from kiosk.domain.record import (
    EVENTS,
    FACTS,
    RECORD_BYTES_MAX,
    SCHEMA_VERSION,
    Body,
    FreeSale,
    OperationEvent,
    RecordError,
    canonical_json,
    chain_hash,
    read_body,
)
from kiosk.domain.slip import NUMBER_CHARACTERS_MAX, PAYER_CHARACTERS_MAX, Slip
from register.domain.refusal import Rule

ID_CHARS_MAX = 64
"""Identities are UUIDs of 36 characters; a store column holds this many."""
QUANTITY_MAX = 999_999
"""Far above any cart; keeps sums of years within 53 bits."""
LINES_MAX = 1000
"""Far above any cart; one record of 256 KB holds about six hundred."""
SLIP_BARCODE_DIGITS_MAX, SLIP_WARNINGS_MAX = 64, 16
"""A slip's code has 44 digits, and an item three rules to warn by."""
_UNKNOWN_KIND = "unknown"
_NUL = b"\\u0000"
"""PostgreSQL text holds no U+0000; canonical JSON spells it so and in no other way."""


class FlagRule:
    """Why an entry that was taken needs a person's eye."""

    NOT_UNDERSTOOD = "not_understood"
    NEWER_SCHEMA = "newer_schema"
    OUT_OF_RANGE = "out_of_range"
    ILLEGAL_STEP = "illegal_step"
    SUM_MISMATCH = "sum_mismatch"
    DAY_TOTALS = "day_totals"
    CLOCK_SKEW = "clock_skew"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag on one entry."""

    seq: int
    rule: str
    detail: str
    business_date: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in its place. ``body`` is None where the bytes are kept but not understood."""

    seq: int
    kind: str
    business_date: date | None
    canonical: bytes
    hash: bytes
    body: Body | None
    flag: Flag | None


class BrokenEntry(ValueError):  # noqa: N818 - names the thing refused
    """An integrity failure: the entry is not what its place in the chain says."""

    def __init__(self, rule: Rule, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule


def read_entry(canonical: bytes, *, kiosk_id: str, epoch: int, seq: int, prev_hash: bytes) -> Entry:
    """Read one record that must be entry ``seq`` after ``prev_hash``. Raises BrokenEntry: integrity failures only."""
    value = _canonical_value(canonical, seq)
    header = value["header"]
    if not isinstance(header, dict) or not (
        header.get("kiosk_id") == kiosk_id and _is_int(header.get("epoch"), epoch) and _is_int(header.get("seq"), seq)
    ):
        raise BrokenEntry(Rule.HEADER_MISMATCH, f"entry {seq}: its header names another kiosk, epoch or seq")
    kind = header.get("kind")
    problem: tuple[str, str] | None
    if not isinstance(kind, str) or (kind not in FACTS and kind not in EVENTS):
        kind, problem = _UNKNOWN_KIND, (FlagRule.NOT_UNDERSTOOD, f"kind {str(kind)[:ID_CHARS_MAX]!a} is not known")
    else:
        problem = _header_problem(header, canonical)
    business_date = _date_or_none(header.get("business_date"))
    body: Body | None = None
    if problem is None:
        body, problem = _read_body(kind, value["body"])
    flag = Flag(seq, *problem, business_date) if problem else None
    return Entry(seq, kind, business_date, canonical, chain_hash(prev_hash, canonical), body, flag)


def _canonical_value(canonical: bytes, seq: int) -> dict[str, object]:
    if len(canonical) > RECORD_BYTES_MAX:
        raise BrokenEntry(Rule.TOO_LARGE, f"entry {seq}: more than {RECORD_BYTES_MAX} bytes")
    try:
        value = json.loads(canonical)
        same = canonical_json(value) == canonical
    except (ValueError, RecursionError) as error:
        raise BrokenEntry(Rule.NOT_CANONICAL, f"entry {seq}: not JSON") from error
    if not same:
        raise BrokenEntry(Rule.NOT_CANONICAL, f"entry {seq}: the bytes are not in canonical form (RFC 8785)")
    if not isinstance(value, dict) or value.keys() != {"header", "body"}:
        raise BrokenEntry(Rule.NOT_CANONICAL, f"entry {seq}: a record has a header and a body")
    return value


def _is_int(value: object, expected: int) -> bool:
    return type(value) is int and value == expected


def _header_problem(header: dict[str, object], canonical: bytes) -> tuple[str, str] | None:
    version = header.get("schema_version")
    if type(version) is not int or version < 1:
        return FlagRule.NOT_UNDERSTOOD, "schema_version is not a version"
    if version > SCHEMA_VERSION:
        return FlagRule.NEWER_SCHEMA, f"schema_version {min(version, INTEGER_MAX)}, known up to {SCHEMA_VERSION}"
    if header.get("business_date") is not None and _date_or_none(header["business_date"]) is None:
        return FlagRule.NOT_UNDERSTOOD, "business_date is not a date"
    if not isinstance(header.get("at"), str) or not isinstance(header.get("actor"), dict):
        return FlagRule.NOT_UNDERSTOOD, "the header lacks time or actor"
    if _NUL in canonical:
        return FlagRule.NOT_UNDERSTOOD, "text with U+0000"
    return None


def _date_or_none(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return iso_date(value)
    except ValueError:
        return None


def _read_body(kind: str, value: object) -> tuple[Body | None, tuple[str, str] | None]:
    try:
        body = read_body(kind, value)
    except (CodecError, RecordError, ValueError, RecursionError) as error:
        return None, (FlagRule.NOT_UNDERSTOOD, str(error)[:200])
    problem = _range_problem(body)
    return (None, (FlagRule.OUT_OF_RANGE, problem)) if problem else (body, None)


def _range_problem(body: Body) -> str | None:
    match body:
        case Prepared():
            if not 0 <= body.amount_yen <= YEN_MAX:
                return "amount_yen is out of range"
            if any(abs(tax.tax_yen) > YEN_MAX for tax in body.taxes):
                return "tax_yen is out of range"
            return _ids_problem(body.operation_id, body.sale_id, body.payment_id) or _lines_problem(body.lines)
        case FreeSale():
            return _ids_problem(body.sale_id) or _lines_problem(body.lines)
        case OperationEvent():
            return _ids_problem(body.operation_id)
        case _:
            return None


def _ids_problem(*ids: str) -> str | None:
    return None if all(0 < len(each) <= ID_CHARS_MAX for each in ids) else "an identity is empty or too long"


def _is_slip(slip: Slip) -> bool:
    return (
        0 < len(slip.payer) <= PAYER_CHARACTERS_MAX
        and len(slip.number) <= NUMBER_CHARACTERS_MAX
        and len(slip.barcode) <= SLIP_BARCODE_DIGITS_MAX
        and len(slip.warnings) <= SLIP_WARNINGS_MAX
    )


def _lines_problem(lines: tuple[SaleLine, ...]) -> str | None:
    if len(lines) > LINES_MAX:
        return "too many lines"
    for line in lines:
        if not (0 <= line.quantity <= QUANTITY_MAX and abs(line.amount_yen) <= YEN_MAX >= abs(line.unit_price_yen)):
            return "a line's quantity or amount is out of range"
        if not 1 <= line.fiscal_year <= 9999 or not 0 <= (line.tax.percent or 0) <= 100:
            return "a line's fiscal year or tax is out of range"
        if len(line.ownership) > 16:
            return "a line's ownership is too long"
        if line.slip is not None and not _is_slip(line.slip):
            return "a line's slip is out of range"
    return None
