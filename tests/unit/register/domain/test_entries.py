"""What the register makes of bytes: refuses broken integrity, takes and flags everything else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.record import GENESIS_HASH, canonical_json, chain_hash
from register.domain.entries import BrokenEntry, Entry, FlagRule, read_entry
from register.domain.refusal import Rule
from tests.unit.register.kiosk_side import DAY, KioskSide, prepared


def sealed() -> dict[str, Any]:
    """A whole record as JSON values, for a test to spoil."""
    side = KioskSide()
    side.add(prepared(1))
    value: dict[str, Any] = json.loads(side.entries[0].canonical)
    return value


def read(canonical: bytes, **place: Any) -> Entry:
    return read_entry(canonical, **{"kiosk_id": "k1", "epoch": 1, "seq": 1, "prev_hash": GENESIS_HASH, **place})


def read_value(value: Any) -> Entry:
    return read(canonical_json(value))


def test_a_whole_record_is_understood_and_chained() -> None:
    canonical = canonical_json(sealed())
    entry = read(canonical)
    assert entry.body == prepared(1)
    assert entry.flag is None
    assert entry.business_date == DAY
    assert entry.hash == chain_hash(GENESIS_HASH, canonical)


@pytest.mark.parametrize(
    "canonical",
    [
        b"",
        b"{}",
        b"[]",
        b'{"body":{},"header":{},"more":1}',
        b'{"header":{},"body":{}}',
        b'{"body":{}, "header":{}}',
        b'{"body":{},"body":{},"header":{}}',
        b'{"body":{"a":NaN},"header":{}}',
        b'{"body":"\\ud800","header":{}}',
        b'{"body":"\\u00e9","header":{}}',
        b'{"body":' + b"[" * 50_000 + b"]" * 50_000 + b',"header":{}}',
        b'{"body":' + b"9" * 5_000 + b',"header":{}}',
        b"\xff\xfe",
    ],
)
def test_bytes_that_are_not_one_canonical_record_are_refused(canonical: bytes) -> None:
    with pytest.raises(BrokenEntry) as refused:
        read(canonical)
    assert refused.value.rule is Rule.NOT_CANONICAL


@pytest.mark.parametrize("place", [{"kiosk_id": "k2"}, {"epoch": 2}, {"seq": 2}])
def test_a_record_in_another_place_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(BrokenEntry) as refused:
        read(canonical_json(sealed()), **place)
    assert refused.value.rule is Rule.HEADER_MISMATCH


def test_true_is_not_entry_number_one() -> None:
    value = sealed()
    value["header"]["seq"] = True
    with pytest.raises(BrokenEntry):
        read_value(value)


def test_an_oversized_record_is_refused() -> None:
    value = sealed()
    value["body"]["trustee_name"] = "あ" * 100_000
    with pytest.raises(BrokenEntry) as refused:
        read(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    assert refused.value.rule is Rule.TOO_LARGE


@pytest.mark.parametrize("amount", [True, 600.0, 600.5, "600", None, [600], "６００", 10**30])
def test_an_amount_that_is_not_an_integer_is_taken_and_flagged(amount: Any) -> None:
    value = sealed()
    value["body"]["amount_yen"] = amount
    entry = read(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    assert entry.body is None
    assert entry.flag is not None
    assert entry.flag.rule == FlagRule.NOT_UNDERSTOOD
    assert entry.flag.business_date == DAY


@pytest.mark.parametrize("amount", [-1, 1_000_000_000, 2**53 - 1])
def test_an_amount_out_of_range_is_taken_and_flagged(amount: int) -> None:
    value = sealed()
    value["body"]["amount_yen"] = amount
    entry = read_value(value)
    assert entry.body is None
    assert entry.flag is not None
    assert entry.flag.rule == FlagRule.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("field", "spoiled"),
    [
        ("quantity", 10**12),
        ("amount_yen", 10**12),
        ("unit_price_yen", 10**15),
        ("fiscal_year", 10**9),
        ("ownership", "x" * 17),
        ("tax", {"code": "a", "name": "a", "percent": 10**12, "reduced": False}),
    ],
)
def test_a_line_no_column_could_hold_is_taken_and_flagged(field: str, spoiled: Any) -> None:
    value = sealed()
    value["body"]["lines"][0][field] = spoiled
    flag = read_value(value).flag
    assert flag is not None
    assert flag.rule == FlagRule.OUT_OF_RANGE


@pytest.mark.parametrize("kind", ["loyalty_points", "", 7, None, "x" * 5000])
def test_an_unknown_kind_is_taken_and_flagged(kind: Any) -> None:
    value = sealed()
    value["header"]["kind"] = kind
    entry = read_value(value)
    assert (entry.kind, entry.body) == ("unknown", None)
    assert entry.flag is not None
    assert entry.flag.rule == FlagRule.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("spoiled", "rule"),
    [
        ({"schema_version": 2}, FlagRule.NEWER_SCHEMA),
        ({"schema_version": 10**40}, FlagRule.NEWER_SCHEMA),
        ({"schema_version": True}, FlagRule.NOT_UNDERSTOOD),
        ({"business_date": "2026-02-30"}, FlagRule.NOT_UNDERSTOOD),
        ({"business_date": 5}, FlagRule.NOT_UNDERSTOOD),
        ({"business_date": "20261123"}, FlagRule.NOT_UNDERSTOOD),
        ({"actor": None}, FlagRule.NOT_UNDERSTOOD),
    ],
)
def test_a_header_that_is_off_is_taken_and_flagged(spoiled: dict[str, Any], rule: str) -> None:
    value = sealed()
    value["header"] |= spoiled
    entry = read_value(value)
    assert entry.body is None
    assert entry.flag is not None
    assert entry.flag.rule == rule


def test_text_a_database_cannot_hold_is_taken_and_flagged() -> None:
    value = sealed()
    value["body"]["lines"][0]["name"] = "住民票\x00"
    flag = read_value(value).flag
    assert flag is not None
    assert flag.rule == FlagRule.NOT_UNDERSTOOD


def test_fields_of_a_newer_writer_do_not_disturb() -> None:
    value = sealed()
    value["body"]["campaign"] = "spring"
    value["header"]["weather"] = "fine"
    entry = read_value(value)
    assert entry.body == prepared(1)
    assert entry.flag is None
    assert b"spring" in entry.canonical


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(body=json_values)
def test_whatever_the_body_it_is_taken_or_refused_and_never_crashes(body: Any) -> None:
    value = {**sealed(), "body": body}
    try:
        canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return
    entry = read(canonical)
    assert entry.flag is not None
    assert entry.body is None
