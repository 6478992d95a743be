"""Fields of replies: each within its rule, and an approval that is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.payment.stxlrc.frame import Message
from drivers.payment.stxlrc.protocol import (
    Refused,
    SaleRecord,
    Totals,
    Voided,
    read_close,
    read_detail,
    read_sale,
    read_totals,
    read_void,
    sale,
    ticket_of,
    void,
)

SOLD = "0210|00|597029414300|ABC1234C|AB123 |XZ1234|15000|1|15000|6677|60|CR|||AX|28102019|223512|1|0|"


def _message(text: str) -> Message:
    return Message(tuple(text.split("|")))


def _with(place: int, text: str) -> Message:
    fields = SOLD.split("|")
    fields[place] = text
    return Message(tuple(fields))


def test_an_approval_is_read_into_our_words() -> None:
    assert read_sale(_message(SOLD)) == SaleRecord(
        terminal_id="ABC1234C",
        ticket="AB123",
        approval_code="XZ1234",
        amount_yen=15000,
        operation_number="000060",
        brand="American Express",
        card_last4="6677",
        transacted_at="1028223512",
        tip_yen=0,
        shares=1,
    )


def test_it_may_end_with_or_without_a_separator_and_with_an_empty_tip() -> None:
    expected = read_sale(_message(SOLD))
    assert read_sale(_message(SOLD.removesuffix("|"))) == expected
    assert read_sale(_message(SOLD.removesuffix("0|") + "|")) == expected
    assert read_sale(_message(SOLD.removesuffix("0|"))) == expected


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (1, "0"),
        (2, "59702941430A"),
        (3, ""),
        (4, ""),
        (4, "1234567"),
        (5, ""),
        (5, "XZ-234"),
        (6, ""),
        (6, "0"),
        (6, "1e4"),
        (6, "1234567890"),
        (6, "-1"),
        (7, "1 2"),
        (9, "123"),
        (10, ""),
        (10, "000000"),
        (11, "XX"),
        (14, "A1"),
        (15, "32102019"),
        (15, "28132019"),
        (16, "246000"),
        (18, "x"),
    ],
)
def test_an_approval_that_breaks_a_rule_is_no_approval(place: int, text: str) -> None:
    with pytest.raises(ProtocolError):
        read_sale(_with(place, text))


@pytest.mark.parametrize(
    "text",
    [
        SOLD.replace("|00|", "|01|", 1),  # a refusal with an approval code
        "0210|55|597|TCM1|000001||600||||||||||||",  # a code that is in no table
        "0210|01|597",
        "0210|00|597|TCM1|",
        SOLD + "|1",
        "0810|00|597|TCM1|" + "x" * 9 + "|",
    ],
)
def test_what_is_neither_approval_nor_refusal_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        read_sale(_message(text))


def test_a_refusal_may_be_short_or_carry_empty_fields() -> None:
    assert read_sale(_message("0210|07|597|TCM1|000001||600||||||||||||0|")) == Refused("07", "000001", "TCM1")
    assert read_sale(_message("0260|11|597|TCM1|")) == Refused("11", "", "TCM1")


def test_rows_voids_totals_and_close() -> None:
    row = "0261|00|597|TCM1|000001|007919|500|1034|000001|CR|||VI|23112026|101530||0|0|0|"
    read = read_detail(_message(row))
    assert read is not None
    assert (read.amount_yen, read.card_last4, read.operation_number) == (500, "1034", "000001")
    assert read_detail(_message("0261|00|597|TCM1" + "|" * 16)) is None
    with pytest.raises(ProtocolError, match="half empty"):
        read_detail(_message(row.replace("007919", "")))
    assert read_void(_message("1210|00|597|TCM1|007919|1")) == Voided("TCM1", "007919", "000001")
    assert read_void(_message("1210|04|597|TCM1||1")) == Refused("04", "", "TCM1", "000001")
    with pytest.raises(ProtocolError, match="lacks a field"):
        read_void(_message("1210|00|597|TCM1||1"))
    assert read_totals(_message("0710|00|1|2000")) == Totals(1, 2000)
    assert read_totals(_message("0710|26||")) is None
    with pytest.raises(ProtocolError, match="without numbers"):
        read_totals(_message("0710|00||"))
    assert read_close(_message("0510|13|597|TCM1|")) == "13"


def test_commands() -> None:
    assert sale(1500, ticket_of(1_000_002)).encode() == b"0200|1500|000002|||1|"
    assert void("000021").encode() == b"1200|21|"
    for amount_yen in (0, -1, 1_000_000_000):
        with pytest.raises(ProtocolError):
            sale(amount_yen, "000001")


@given(st.sampled_from(["0210", "0260", "0261", "0510", "0710", "0810", "1210"]), st.lists(st.text(max_size=12)))
def test_no_fields_raise_anything_else(function: str, fields: list[str]) -> None:
    for read in (read_sale, read_detail, read_void, read_totals, read_close):
        try:
            read(Message((function, *fields)))
        except ProtocolError:
            continue
