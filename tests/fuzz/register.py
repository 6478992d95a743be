"""The register's door: batches, headers, bodies, times; and what a fold makes of a record that was taken."""

import gzip
import json
import zlib
from contextlib import suppress
from dataclasses import astuple
from datetime import date
from functools import cache

from pydantic import BaseModel
from starlette.requests import Request

from kiosk.domain.batch import BATCH_BYTES_MAX, Purpose
from kiosk.domain.codec import INTEGER_MAX
from kiosk.domain.money import YEN_MAX
from kiosk.domain.operation import Approved, Prepared, Requested
from kiosk.domain.record import FreeSale, OperationEvent, canonical_json, chain_hash, plain_body
from register.api.app import EnrolBody, HeartbeatBody, _model
from register.api.intake import Rejected, decompress, submission_of
from register.domain.clock import unix_ms_of
from register.domain.entries import BrokenEntry, Entry, read_entry
from register.domain.names import is_kiosk_id
from register.domain.projection import Projection, Standing
from register.store.schema import OPERATION, SALE_FACT
from tests.fuzz import records
from tests.fuzz.target import Target, assert_one_line, assert_yen, texts_of
from tests.unit.register.kiosk_side import KioskSide, prepared

PREV_HASH = bytes(range(32))
STORE_INTEGER_MAX = 2**63 - 1
TEXT_COLUMNS = {
    column.name: column.type.length
    for column in (*SALE_FACT.columns, *OPERATION.columns)
    if getattr(column.type, "length", None)
}


def _entry(canonical: bytes) -> Entry | None:
    try:
        return read_entry(
            canonical, kiosk_id=records.KIOSK_ID, epoch=records.EPOCH, seq=records.SEQ, prev_hash=PREV_HASH
        )
    except BrokenEntry as error:
        assert_one_line(error)
        return None


def record(data: bytes) -> None:
    """Only integrity is refused; what is understood says what the bytes say, with amounts that are ints of yen."""
    canonical = records.made_up(data)
    entry = _entry(canonical)
    if entry is None:
        return
    given = json.loads(canonical)
    assert canonical_json(given) == canonical
    assert given["header"]["kiosk_id"] == records.KIOSK_ID
    assert (entry.canonical, entry.hash) == (canonical, chain_hash(PREV_HASH, canonical))
    assert (entry.body is None) is (entry.flag is not None), "neither understood nor flagged"
    if entry.body is not None:
        assert records.is_within(plain_body(entry.body), given["body"])
        _amounts_of(entry)
    _folded(entry)


def _amounts_of(entry: Entry) -> None:
    match entry.body:
        case Prepared() as intent:
            assert_yen(intent.amount_yen, most=YEN_MAX)
            lines = intent.lines
        case FreeSale(_, lines):
            pass
        case _:
            return
    for line in lines:
        assert type(line.amount_yen) is type(line.quantity) is type(line.unit_price_yen) is int
        assert abs(line.amount_yen) <= YEN_MAX


@cache
def _intent() -> Prepared:
    return prepared(1)


def _folded(entry: Entry) -> None:
    """Nothing a record says stops the fold, and what it counts fits the store's columns."""
    known: dict[str, Standing] = {}
    if isinstance(entry.body, OperationEvent):
        before = Projection(1)
        before.take(Entry(1, "operation_prepared", records.DAY, b"", b"", _intent(), None))
        before.take(Entry(2, "", records.DAY, b"", b"", OperationEvent(_intent().operation_id, Requested(1)), None))
        known = {entry.body.operation_id: before.operations[_intent().operation_id]}
    fold = Projection(records.EPOCH, known)
    fold.take(entry)
    if isinstance(entry.body, Prepared):
        name = entry.body.operation_id
        for event in (Requested(1), Approved(entry.body.amount_yen, records.sample(Approved).result)):
            fold.take(Entry(records.SEQ + 1, "", entry.business_date, b"", b"", OperationEvent(name, event), None))
        assert sum(fact.amount_yen for fact in fold.facts) == entry.body.amount_yen, "a yen that is in no fact"
    for fact in fold.facts:
        for value in astuple(fact):
            assert not isinstance(value, float | bool)
            assert not isinstance(value, int) or abs(value) <= STORE_INTEGER_MAX
            assert not isinstance(value, str) or "\0" not in value
        for column, most in TEXT_COLUMNS.items():
            assert len(str(getattr(fact, column, ""))) <= most, column
    for flag in fold.flags:
        assert len(flag.rule) <= 32
        assert "\0" not in flag.detail
    for net in fold.net.values():
        assert all(type(yen) is int for yen in net.values())


def body(data: bytes) -> None:
    """Bodies of JSON: the shape exactly, or a refusal that names the field."""
    for shape in (EnrolBody, HeartbeatBody):
        try:
            read: BaseModel = _model(shape, data)
        except Rejected as error:
            assert_one_line(error)
            continue
        given = json.loads(data)
        for name, value in read.model_dump().items():
            assert type(value) is type(given[name])
            assert value == given[name]
            assert not isinstance(value, int) or 0 <= value <= INTEGER_MAX


def compressed(data: bytes) -> None:
    """Never more than one batch is made of it, and only of one whole gzip member."""
    for sent in (data, gzip.compress(data, 1, mtime=0)):
        try:
            plain = decompress(sent, "gzip")
        except Rejected as error:
            assert_one_line(error)
            assert sent is data
            continue
        assert len(plain) <= BATCH_BYTES_MAX
        assert plain == gzip.decompress(sent)
    with suppress(Rejected):
        assert decompress(data, texts_of(data)[0]) == data


_HEADERS = ("kiosk-epoch", "kiosk-first-seq", "kiosk-prev-hash", "kiosk-sent-at", "kiosk-key-id", "kiosk-signature")


def headers(data: bytes) -> None:
    """Header values as bytes between LFs, the kiosk's name first, whether or not HTTP would let them through."""
    name, *values = data.split(b"\n")
    pairs = [(key.encode(), value) for key, value in zip(_HEADERS, values, strict=False)]
    request = Request({"type": "http", "headers": pairs})
    for purpose in Purpose:
        try:
            read = submission_of(request, purpose, name.decode("utf-8", "replace"), b"")
        except Rejected as error:
            assert_one_line(error)
            continue
        assert is_kiosk_id(read.kiosk_id)
        assert str(read.epoch).encode() == values[0]
        assert 1 <= read.epoch <= 1_000_000
        assert 0 <= read.first_seq <= INTEGER_MAX
        assert len(read.signature) == 64
        assert (read.signature.hex(), read.sent_at) == (values[5].decode("ascii"), values[3].decode("latin-1"))
        assert not read.signed_by(bytes(32))


def time(data: bytes) -> None:
    """A moment on the wire is ISO 8601 with an offset, in ASCII, and the same moment again when it is written."""
    text = data.decode("latin-1")
    try:
        moment_ms = unix_ms_of(text)
    except (ValueError, OverflowError):
        return
    assert type(moment_ms) is int
    assert text.isascii()
    assert text.isprintable()
    assert -(2**62) < moment_ms < 2**62
    date.fromisoformat(text[:10])


def _header_seeds() -> list[bytes]:
    side = KioskSide()
    side.sell()
    batch = side.batch()
    values = (batch.epoch, batch.first_seq, batch.prev_hash.hex(), batch.sent_at, batch.key_id, batch.signature.hex())
    return [b"\n".join([b"k1", *(str(each).encode() for each in values)])]


def _bodies() -> list[bytes]:
    enrol = {"code": "ABCD2345EFGH", "kiosk_id": "k1", "public_key": "0f" * 32}
    beat = {"epoch": 1, "head_seq": 3, "head_hash": "0f" * 32, "oldest_unacked_at": "2026-11-23T10:15:02+09:00"}
    return [json.dumps(each).encode() for each in (enrol, beat, beat | {"epoch": True}, beat | {"head_seq": 3.0})]


TARGETS = (
    Target(
        "register-record",
        ("register.domain.entries", "register.domain.projection"),
        record,
        records.seeds,
        20_000,
        1_500,
    ),
    Target("register-body", ("register.api.app",), body, _bodies, 80_000, 300),
    Target(
        "register-gzip",
        ("register.api.intake",),
        compressed,
        lambda: [gzip.compress(each, mtime=0) for each in (b"", *records.every_record()[:3])] + [zlib.compress(b"x")],
        60_000,
        200,
    ),
    Target("register-headers", ("register.api.intake", "register.domain.names"), headers, _header_seeds, 30_000, 500),
    Target(
        "register-time",
        ("register.domain.clock",),
        time,
        lambda: [
            b"2026-11-23T10:15:02.000+09:00",
            b"2026-11-23T10:15:02Z",
            b"20261123T101502+0900",
            b"0001-01-01T00:00+14:00",
        ],
        60_000,
        40,
    ),
)
