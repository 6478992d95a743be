"""Journal records: canonical bytes as RFC 8785 has them, and a chain that notices every change."""

import hashlib
import json
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from typing import get_args

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.codec import INTEGER_MAX, Plain
from kiosk.domain.ids import DocumentId, OperationId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import Event, Requested, SaleLine
from kiosk.domain.record import (
    DOMAIN_TAG,
    EVENTS,
    FACTS,
    GENESIS_HASH,
    RECORD_BYTES_MAX,
    Actor,
    Body,
    BrandCount,
    CodeEnrolled,
    CodeTested,
    DailyLogCompared,
    DayCheckpoint,
    DayClosed,
    DayOpened,
    DocumentIssued,
    DocumentPrinted,
    Draft,
    DrawerOpened,
    Fact,
    FollowUpClosed,
    FreeSale,
    Header,
    KioskStarted,
    LogEntry,
    OperationEvent,
    PinRefused,
    RecordError,
    RefundRequested,
    SignedIn,
    SignedOut,
    TenderTotal,
    canonical_bytes,
    canonical_json,
    chain_hash,
    kind_of,
    parse_record,
    plain_body,
    read_body,
    seal,
)
from kiosk.domain.slip import Slip, SlipSource
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import TenderKind
from tests.unit.kiosk.domain.test_operation import EVENTS as EVENT_EXAMPLES
from tests.unit.kiosk.domain.test_operation import PREPARED

MONDAY = date(2026, 11, 23)
CLERK = Actor("yamada", "山田 花子", "出納員")
CHIEF = Actor("suzuki", "鈴木 一郎", "会計管理者")
BODIES: tuple[Body, ...] = (
    KioskStarted("0.1.0", "3.53.4", training=True),
    SignedIn("clerk"),
    SignedOut(),
    PinRefused("yamada", "sign_in"),
    DayOpened(),
    DayClosed(1, 9, (TenderTotal(TenderKind.CREDIT, 2, Yen(1200)),), free_count=3),
    DayCheckpoint("CKD1/k1", "ab"),
    FreeSale(SaleId("s"), (), "E1", "生活保護", ("高校生以下 無料",)),
    DocumentIssued(
        DocumentId("d"), SaleId("s"), "usage_slip", "U2026", 1, "U2026-000001", 0, "ab", sending_recorded=True
    ),
    DocumentPrinted(DocumentId("d"), "failed", "paper_out"),
    DrawerOpened("change"),
    FollowUpClosed(OperationId("o"), charged=True, evidence="入金明細"),
    CodeEnrolled("code", "000201…"),
    CodeTested("code", "PayPay", passed=True, code_sha256="ab", amount_yen=Yen(1)),
    RefundRequested(SaleId("s"), OperationId("o"), Yen(300), "二重に支払った"),
    DailyLogCompared(
        "terminal",
        9,
        (BrandCount("Visa", 1, Yen(300)),),
        (BrandCount("VISA", 0, Yen(0)),),
        settled=True,
        only_ours=(LogEntry("Visa", "00231", Yen(300)),),
    ),
    PREPARED,
    *(OperationEvent(OperationId("o"), event) for event in EVENT_EXAMPLES.values()),
)
# Unpaired surrogates cannot be written as UTF-8 and never reach a record: text arrives decoded.
TEXT = st.text(st.characters(codec="utf-8"))
KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
PLAIN: st.SearchStrategy[Plain] = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def header(body: Body) -> Header:
    return Header("k1", 1, 1, kind_of(body), "2026-11-23T10:15:02.123+09:00", 42, "boot", MONDAY, CLERK, "m1", CHIEF)


@settings(max_examples=300)
@given(PLAIN)
def test_canonical_json_is_rfc_8785(value: Plain) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_the_examples_all_bodies_have_one() -> None:
    assert {type(body) for body in BODIES} == {*get_args(Fact), OperationEvent}
    assert {kind_of(body) for body in BODIES} == set(FACTS) | set(EVENTS)
    assert set(EVENTS.values()) == set(get_args(Event))


@pytest.mark.parametrize("body", BODIES, ids=kind_of)
def test_every_body_is_canonical_and_comes_back(body: Body) -> None:
    record = seal(Draft(body, MONDAY, CLERK, "m1", CHIEF), header(body), GENESIS_HASH)
    assert rfc8785.dumps(json.loads(record.canonical)) == record.canonical
    assert parse_record(record.canonical, GENESIS_HASH) == record


@given(
    actor=st.builds(Actor, TEXT, TEXT, TEXT),
    seq=st.integers(1, INTEGER_MAX),
    day=st.none() | st.dates(),
    evidence=TEXT,
)
def test_any_text_and_number_comes_back(actor: Actor, seq: int, day: date | None, evidence: str) -> None:
    body = DocumentPrinted(DocumentId(evidence), "failed", evidence)
    sealed = seal(
        Draft(body, day, actor, "m1"),
        replace(header(body), actor=actor, seq=seq, business_date=day, approver=None),
        GENESIS_HASH,
    )
    assert parse_record(sealed.canonical, GENESIS_HASH) == sealed
    assert rfc8785.dumps(json.loads(sealed.canonical)) == sealed.canonical


def test_the_bytes_of_a_record_stay_what_they_are() -> None:
    # A change here is a new schema version: these bytes are hashed, signed and kept for years.
    body = OperationEvent(OperationId("o-1"), Requested(7))
    assert canonical_bytes(header(body), body).decode() == (
        '{"body":{"baseline":null,"operation_id":"o-1","sequence_number":7},'
        '"header":{"actor":{"name":"山田 花子","operator_id":"yamada","title":"出納員"},'
        '"approver":{"name":"鈴木 一郎","operator_id":"suzuki","title":"会計管理者"},'
        '"at":"2026-11-23T10:15:02.123+09:00","boot_id":"boot","business_date":"2026-11-23","epoch":1,'
        '"kind":"operation_requested","kiosk_id":"k1","master_version":"m1","monotonic_ms":42,'
        '"schema_version":1,"seq":1}}'
    )


def test_the_chain() -> None:
    assert chain_hash(GENESIS_HASH, b"x") == hashlib.sha256(DOMAIN_TAG + bytes(32) + b"x").digest()
    assert len({chain_hash(GENESIS_HASH, b"x"), chain_hash(GENESIS_HASH, b"y"), chain_hash(bytes([1]) * 32, b"x")}) == 3
    body = SignedOut()
    first = seal(Draft(body, None, CLERK, "m1"), header(body), GENESIS_HASH)
    second = seal(Draft(body, None, CLERK, "m1"), header(body), first.hash)
    assert second.prev_hash == first.hash
    assert second.hash != first.hash


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_keeps_the_hash(position: int, bit: int) -> None:
    record = seal(Draft(PREPARED, MONDAY, CLERK, "m1"), header(PREPARED), GENESIS_HASH)
    damaged = bytearray(record.canonical)
    damaged[position % len(damaged)] ^= 1 << bit
    assert chain_hash(GENESIS_HASH, bytes(damaged)) != record.hash
    with suppress(RecordError):
        assert parse_record(bytes(damaged), GENESIS_HASH).hash != record.hash


GOOD = canonical_bytes(header(DayOpened()), DayOpened())


@pytest.mark.parametrize(
    ("canonical", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "a header and a body"),
        (b"{}", "a header and a body"),
        (GOOD[:-1] + b',"more":1}', "a header and a body"),
        (GOOD.replace(b":", b": ", 1), "not in canonical form"),
        (GOOD + b" ", "not in canonical form"),
        (GOOD.replace(b'"seq":1', b'"seq":1.0'), "Header.seq: not int"),
        (GOOD.replace(b'"seq":1', b'"seq":true'), "Header.seq: not int"),
        (GOOD.replace(b'"epoch":1,', b""), "Header.epoch: missing"),
        (GOOD.replace(b"day_opened", b"day_invented"), "unknown kind 'day_invented'"),
        (GOOD.replace(b'"body":{}', b'"body":[]'), "day_opened: not an object"),
        (GOOD.replace(b"day_opened", b"operation_approved"), "operation_approved.operation_id: missing"),
        (GOOD.replace(b"day_opened", b"signed_in"), "signed_in.role: missing"),
        (GOOD.replace("出納員".encode(), rb"\u51fa\u7d0d\u54e1"), "not in canonical form"),
    ],
)
def test_bytes_that_are_not_a_record(canonical: bytes, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        parse_record(canonical, GENESIS_HASH)
    assert message in str(caught.value)


def test_fields_of_newer_writers_survive_in_the_bytes() -> None:
    newer = GOOD.replace(b'"body":{}', b'"body":{"invented_later":1}')
    record = parse_record(newer, GENESIS_HASH)
    assert record.body == DayOpened()
    assert record.canonical == newer


def test_a_record_must_fit_a_batch() -> None:
    body = DocumentPrinted(DocumentId("d"), "failed", "x" * RECORD_BYTES_MAX)
    with pytest.raises(RecordError, match="a record may take 262144 bytes, this document_printed takes"):
        canonical_bytes(header(body), body)


def test_no_record_has_a_place_for_a_card_number() -> None:
    names = {field.name for shape in (*FACTS.values(), *EVENTS.values()) for field in fields(shape)}
    assert not {name for name in names if "pan" in name or "card_number" in name or "track" in name}


def test_text_that_is_not_unicode_never_becomes_a_record() -> None:
    body = DocumentPrinted(DocumentId("d"), "failed", "\ud800")
    with pytest.raises(RecordError, match="document_printed holds text that is not Unicode"):
        canonical_bytes(header(body), body)
    with pytest.raises(RecordError):
        parse_record(GOOD.replace(b'"m1"', rb'"\ud800"'), GENESIS_HASH)


PLAIN_LINE = SaleLine(
    "5001",
    "学校給食費",
    1,
    Yen(13_100),
    Yen(13_100),
    TaxClass("out_of_scope", "不課税", None),
    "1-21-05",
    ("一般会計", "諸収入"),
    "保健給食課",
    "revenue",
    "slip",
    2025,
)
SLIP_LINE = replace(
    PLAIN_LINE,
    slip=Slip("𠮷野 さくら", "45208", SlipSource.GS1_128, "9" * 44, date(2026, 12, 25), ("slip_expired",)),
)


def test_the_bytes_of_a_slip_stay_what_they_are() -> None:
    body = canonical_json(plain_body(FreeSale(SaleId("s"), (SLIP_LINE,))))
    assert (
        f',"slip":{{"barcode":"{"9" * 44}","due":"2026-12-25","number":"45208","payer":"𠮷野 さくら",'
        '"source":"gs1_128","warnings":["slip_expired"]},'
    ).encode() in body
    assert read_body("free_sale", json.loads(body)) == FreeSale(SaleId("s"), (SLIP_LINE,))


def test_lines_recorded_before_there_were_slips_are_still_read_and_keep_their_hash() -> None:
    body = FreeSale(SaleId("s"), (PLAIN_LINE,))
    now = canonical_bytes(header(body), body)
    before = now.replace(b',"slip":null', b"")
    assert before != now
    record = parse_record(before, GENESIS_HASH)
    assert record.body == body
    assert record.canonical == before
    assert record.hash == chain_hash(GENESIS_HASH, before)
