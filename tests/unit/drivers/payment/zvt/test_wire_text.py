import pytest

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import PRINT_LINE, PRINT_TEXT_BLOCK, Apdu
from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.protocol import authorization, registration
from drivers.payment.zvt.wire_text import describe


def test_a_frame_is_described_in_words() -> None:
    assert describe(encode_frame(authorization(1500))) == [
        {"command": "06 01", "name": "authorization", "fields": {"amount": 1500, "currency": "0392"}}
    ]


def test_link_replies_and_frames_in_a_row_are_all_told() -> None:
    assert [part["name"] for part in describe(b"\x06" + encode_frame(authorization(1)) + b"\x15")] == [
        "ACK",
        "authorization",
        "NAK",
    ]


def test_a_print_message_without_a_line_is_told_all_the_same() -> None:
    (described,) = describe(bytes.fromhex("06d3 02 0600"))
    assert described["fields"] == {"copy": "unsaid", "lines": []}


def test_print_messages_are_shown_as_their_lines_without_card_numbers() -> None:
    (line,) = describe(Apdu(PRINT_LINE, b"\x40PAN 4111111111111111").encode())
    assert line["fields"] == {"attribute": "40", "lines": ["PAN ************1111"]}
    texts = b"\x07\x0841111111" + b"\x07\x0811111111" + b"\x09\x01\xff"
    body = b"\x1f\x07\x01\x02" + b"\x25" + bytes([len(texts)]) + texts
    (block,) = describe(Apdu(PRINT_TEXT_BLOCK, b"\x06" + bytes([len(body)]) + body).encode())
    assert block["fields"] == {"copy": "customer", "lines": ["********", "****1111"]}
    assert "4111" not in repr((line, block)).replace("****1111", "")


def test_a_password_is_not_shown() -> None:
    (described,) = describe(encode_frame(registration("123456")))
    assert "123456" not in repr(described)
    assert described["fields"] == {"password": "(hidden)", "config": "0E", "currency": "0392"}


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ("06 93 03 190012", {"unread_bytes": 3}),
        ("06 12 03 271234", {"unread_bytes": 3}),
        ("08 14 03 190012", {"password": "(hidden)"}),
        ("06 99 00", {}),
    ],
)
def test_a_password_is_not_read_as_fields_either(sent: str, fields: dict[str, object]) -> None:
    (described,) = describe(bytes.fromhex(sent))
    assert described["fields"] == fields


@pytest.mark.parametrize("raw", [b"", b"\x55", b"\x10\x02\x06", encode_frame(authorization(1))[:-1] + b"\x00"])
def test_bad_bytes_are_refused_with_one_line(raw: bytes) -> None:
    with pytest.raises(ProtocolError, match=r"^[^\n]+$"):
        describe(raw)
