"""A terminal's print messages as slips: attributes, copies, characters, bounds and card numbers."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.payment.api import UNREADABLE, SlipCopy, SlipLine, TerminalSlip
from drivers.payment.zvt.apdu import PRINT_LINE, PRINT_TEXT_BLOCK, Apdu
from drivers.payment.zvt.slips import LINE_CHARACTERS_MAX, SLIP_LINES_MAX, SLIPS_MAX, Slips
from tests.unit.drivers.payment.scripted_context import ScriptedContext

LAST = 0x81


@dataclass
class Printer(ScriptedContext):
    """A context that keeps slips."""

    slips: list[TerminalSlip] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def print_slip(self, slip: TerminalSlip) -> None:
        self.slips.append(slip)


def line(attribute: int, text: bytes = b"") -> Apdu:
    return Apdu(PRINT_LINE, bytes([attribute]) + text)


def block(*elements: bytes) -> Apdu:
    """A 06 D3 of short TLV elements."""
    container = b"".join(elements)
    return Apdu(PRINT_TEXT_BLOCK, b"\x06" + bytes([len(container)]) + container)


def texts(*elements: bytes) -> bytes:
    content = b"".join(elements)
    return b"\x25" + bytes([len(content)]) + content


def text(raw: bytes) -> bytes:
    return b"\x07" + bytes([len(raw)]) + raw


COPY_OF = {"merchant": b"\x1f\x07\x01\x01", "customer": b"\x1f\x07\x01\x02", "admin": b"\x1f\x07\x01\x03"}
END = b"\x09\x01\xff"


def hear(*said: Apdu, character_set: str | None = "cp437", unsaid: SlipCopy = SlipCopy.UNSAID) -> list[TerminalSlip]:
    """The slips of one conversation."""
    printer = Printer()
    slips = Slips(character_set, unsaid)
    for message in said:
        slips.hear(message, printer)
    slips.end(printer)
    return printer.slips


def test_lines_are_set_as_their_attribute_says_and_the_last_one_ends_the_slip() -> None:
    first, second = hear(
        line(0x00, b"normal"),
        line(0x40, b"centered"),
        line(0x20, b"wide"),
        line(0x10, b"tall"),
        line(0x70, b"all"),
        line(LAST, b"end"),
        line(0x00, b"next"),
    )
    assert first.lines == (
        SlipLine("normal"),
        SlipLine("centered", centered=True),
        SlipLine("wide", double_width=True),
        SlipLine("tall", double_height=True),
        SlipLine("all", centered=True, double_width=True, double_height=True),
        SlipLine("end"),
    )
    assert [each.text for each in second.lines] == ["next"]


def test_80_alone_is_no_last_line_and_ff_feeds() -> None:
    (slip,) = hear(line(0x80, b"a"), line(0xFF, b"\x02"), line(0x00, b"b"), line(0xFF, b"\x09"))
    assert [each.text for each in slip.lines] == ["a", "", "", "b"]


def test_a_terminal_that_prints_for_itself_hands_nothing_over() -> None:
    assert hear(line(LAST, b"MERCHANT COPY"), character_set=None) == []


@pytest.mark.parametrize(
    ("name", "copy"),
    [("merchant", SlipCopy.MERCHANT), ("customer", SlipCopy.CUSTOMER), ("admin", SlipCopy.ADMINISTRATION)],
)
def test_a_block_says_whose_copy_it_is_even_over_several_messages(name: str, copy: SlipCopy) -> None:
    (slip,) = hear(
        block(COPY_OF[name], texts(b"\x09\x01\x40", text(b"head"), b"\x09\x01\x00", text(b"one"))),
        block(COPY_OF[name], texts(text(b"two"), END)),
    )
    assert slip.copy is copy
    assert slip.lines == (SlipLine("head", centered=True), SlipLine("one"), SlipLine("two"))


def test_another_copy_begins_another_slip_though_nothing_ended_the_first() -> None:
    slips = hear(block(COPY_OF["merchant"], texts(text(b"m"))), block(COPY_OF["customer"], texts(text(b"c"))))
    assert [(slip.copy, slip.lines[0].text) for slip in slips] == [(SlipCopy.MERCHANT, "m"), (SlipCopy.CUSTOMER, "c")]


@pytest.mark.parametrize(
    ("heading", "copy"),
    [
        (b"MERCHANT COPY", SlipCopy.MERCHANT),
        (b"** Kundenbeleg **", SlipCopy.CUSTOMER),
        ("H\u00e4ndlerbeleg".encode("cp437"), SlipCopy.MERCHANT),
        (b"Customer satisfaction", SlipCopy.UNSAID),
    ],
)
def test_a_heading_of_its_own_tells_whose_copy_lines_are(heading: bytes, copy: SlipCopy) -> None:
    (slip,) = hear(line(0x40, heading), line(LAST, b"JPY 300"))
    assert slip.copy is copy


def test_what_is_not_said_at_the_end_of_day_is_the_terminals_own() -> None:
    (slip,) = hear(line(LAST, b"TOTAL"), unsaid=SlipCopy.ADMINISTRATION)
    assert slip.copy is SlipCopy.ADMINISTRATION


@pytest.mark.parametrize(
    ("raw", "character_set", "shown"),
    [
        (b"Stra\xe1e", "cp437", "Stra\u00dfe"),
        (b"Stra\xdfe", "iso-8859-1", "Stra\u00dfe"),
        (b"\xa4 5", "iso-8859-15", "\u20ac 5"),
        ("\u6c7a\u6e08".encode(), "utf-8", "\u6c7a\u6e08"),
        (b"ok \xff\xfe", "utf-8", f"ok {UNREADABLE}{UNREADABLE}"),
        (b"a\x1b@b\x00c", "cp437", f"a{UNREADABLE}@b{UNREADABLE}c"),
        ("a\u202eb\u0301".encode(), "utf-8", f"a{UNREADABLE}b{UNREADABLE}"),
    ],
)
def test_characters_are_read_strictly_and_never_guessed(raw: bytes, character_set: str, shown: str) -> None:
    (slip,) = hear(line(LAST, raw), character_set=character_set)
    assert slip.lines[0].text == shown


def test_a_block_may_name_its_own_character_set_and_an_unknown_one_is_read_as_ascii() -> None:
    (known,) = hear(block(b"\x14\x01\x0f", texts(text(b"\xa4"), END)))
    (unknown,) = hear(block(b"\x14\x01\xfe", texts(text(b"a\xa4"), END)))
    assert (known.lines[0].text, unknown.lines[0].text) == ("\u20ac", f"a{UNREADABLE}")


def test_lines_characters_and_slips_are_bounded_and_what_is_missing_is_told() -> None:
    (long,) = hear(*[line(0x00, b"x")] * (SLIP_LINES_MAX + 1))
    assert (len(long.lines), long.is_cut_short) == (SLIP_LINES_MAX, True)
    (wide,) = hear(line(LAST, b"y" * 200))
    assert (len(wide.lines[0].text), wide.is_cut_short) == (LINE_CHARACTERS_MAX, True)
    many = hear(*[line(LAST, b"z")] * (SLIPS_MAX + 3))
    assert len(many) == SLIPS_MAX
    assert many[-1].is_cut_short
    assert not many[0].is_cut_short


def test_a_card_number_is_masked_also_where_it_goes_on_in_the_next_line_or_block() -> None:
    (lines,) = hear(line(0x00, b"4111 1111"), line(LAST, b"1111 1111"))
    assert [each.text for each in lines.lines] == ["**** ****", "**** 1111"]
    (blocks,) = hear(block(texts(text(b"41111111"))), block(texts(text(b"11111111"), END)))
    assert [each.text for each in blocks.lines] == ["********", "****1111"]


@pytest.mark.parametrize(
    "damaged",
    [Apdu(PRINT_LINE), Apdu(PRINT_TEXT_BLOCK, b"\x06\x05\x25\x09"), Apdu(PRINT_TEXT_BLOCK, b"\x06\x02\x07\x7f")],
)
def test_a_damaged_message_is_an_unreadable_line_and_no_error(damaged: Apdu) -> None:
    (slip,) = hear(line(0x00, b"before"), damaged, line(LAST, b"after"))
    assert [each.text for each in slip.lines] == ["before", UNREADABLE, "after"]


@given(st.lists(st.tuples(st.sampled_from([PRINT_LINE, PRINT_TEXT_BLOCK]), st.binary(max_size=300)), max_size=20))
def test_whatever_a_terminal_sends_slips_stay_within_their_bounds(said: list[tuple[int, bytes]]) -> None:
    slips = hear(*(Apdu(command, body) for command, body in said))
    assert len(slips) <= SLIPS_MAX
    for slip in slips:
        assert 0 < len(slip.lines) <= SLIP_LINES_MAX
        assert all(len(each.text) <= LINE_CHARACTERS_MAX for each in slip.lines)
        assert all(each.text.isprintable() or UNREADABLE in each.text for each in slip.lines)
