import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.payment.zvt.fields import Fields, TlvNode, bcd, decode_fields, decode_tlv


def test_a_card_number_keeps_its_last_four_digits_only() -> None:
    fields = decode_fields(bytes.fromhex("22f0f8" + "4000000000001091"))
    assert fields.text("card_number") == "************1091"
    assert "4000" not in repr(fields)


def test_a_short_card_number_keeps_nothing() -> None:
    assert decode_fields(bytes.fromhex("22f0f412345678")).text("card_number") == "*" * 8


@pytest.mark.parametrize("body", ["23f0f24000", "24f0f0f24000", "2df0f24000", "0e2512", "1712ff", "3cf0f0f24000"])
def test_what_may_hold_card_data_is_kept_as_a_size(body: str) -> None:
    fields = decode_fields(bytes.fromhex(body))
    assert list(fields.values.values()) == ["(2 bytes)"]


def test_tlv_bytes_are_kept_by_an_allow_list() -> None:
    card_id, receipt = decode_tlv(bytes.fromhex("4c0312345678".replace("78", "") + "1f1f020231"))
    assert card_id == TlvNode(0x4C, 3)
    assert receipt == TlvNode(0x1F1F, 2, bytes.fromhex("0231"))


def test_no_receipt_is_the_empty_number() -> None:
    assert decode_fields(bytes.fromhex("87ffff")).text("slip_number") == ""


def test_an_unknown_field_ends_the_reading_and_is_counted() -> None:
    assert decode_fields(bytes.fromhex("2700" + "5f0102")) == Fields({"result": 0}, unread_bytes=3)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("0400", "amount is cut short"),
        ("04000000000ABC", "amount is not BCD"),
        ("04ffffffffffff", "amount holds no number"),
        ("22f001", "not Fx"),
        ("22f0fA", "not Fx"),
        ("22f0f9", "card_number is cut short"),
        ("27002705", "result is there twice"),
        ("0605", "tlv is cut short"),
        ("0683010203", "malformed"),
        ("06031f8101", "TLV"),
    ],
)
def test_a_malformed_field_is_named(body: str, rule: str) -> None:
    with pytest.raises(ProtocolError, match=rule):
        decode_fields(bytes.fromhex(body))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        decode_fields(body)


def test_nesting_and_number_of_elements_are_bounded() -> None:
    deep = b""
    for _ in range(60):
        deep = b"\x30" + bytes([len(deep)]) + deep
    (node,) = decode_tlv(deep)
    levels = 0
    while node.children:
        (node,) = node.children
        levels += 1
    assert levels <= 8
    with pytest.raises(ProtocolError, match="more than 256"):
        decode_tlv(b"\x07\x00" * 257)
    with pytest.raises(ProtocolError, match="more than 256"):
        decode_tlv(b"\x30\x82\x03\x00" + b"\x07\x00" * 384)


@given(st.integers(0, 999_999_999_999))
def test_an_amount_goes_there_and_back(amount: int) -> None:
    assert decode_fields(b"\x04" + bcd(amount, 6)).number("amount") == amount


@pytest.mark.parametrize("amount", [-1, 1_000_000_000_000])
def test_an_amount_that_does_not_fit_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        bcd(amount, 6)
