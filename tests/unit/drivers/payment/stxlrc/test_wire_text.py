"""STX/ETX/LRC bytes in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.payment.stxlrc.frame import Message, encode_frame
from drivers.payment.stxlrc.wire_text import describe

DEBIT = "0210|00|597|TCM1|000001|007919|1500|0||1034|000001|DB|231126|4111111111111111111|VI|23112026|164044||0|"


def test_a_reply_is_told_field_by_field_without_the_account_number() -> None:
    (told,) = describe(DEBIT.encode())
    assert told["name"] == "sale reply"
    assert told["fields"] == {
        "code": "00",
        "commerce": "597",
        "terminal": "TCM1",
        "ticket": "000001",
        "approval": "007919",
        "amount": "1500",
        "shares": "0",
        "last4": "1034",
        "operation": "000001",
        "card_type": "DB",
        "accounting_date": "231126",
        "account": "(hidden)",
        "brand": "VI",
        "date": "23112026",
        "time": "164044",
        "tip": "0",
    }


def test_frames_and_link_replies_in_a_row() -> None:
    raw = b"\x06" + encode_frame(Message(("0900", "78", ""))) + b"\x15"
    assert describe(raw) == [
        {"command": "06", "name": "ACK", "fields": {}},
        {"command": "0900", "name": "intermediate status", "fields": {"code": "78"}},
        {"command": "15", "name": "NAK", "fields": {}},
    ]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "neither a frame nor a link reply"),
        (b"\x020200|", "the frame stopped in the middle"),
        (b"0210|00|597", "has 3 fields, not 19"),
        (b"0210|00|597|TCM1|1|2|x|0||||CR||||||||", "field amount breaks its rule"),
        (b"020", "the function is not four digits"),
        (b"0200\xff", "a byte that no field may hold"),
    ],
)
def test_what_cannot_be_read_names_its_rule(raw: bytes, rule: str) -> None:
    with pytest.raises(ProtocolError, match=rule):
        describe(raw)


@given(st.binary(max_size=200) | st.text("0123456789|A ", max_size=80).map(str.encode))
def test_bad_bytes_raise_the_declared_error_only(raw: bytes) -> None:
    try:
        describe(raw)
    except ProtocolError:
        return
