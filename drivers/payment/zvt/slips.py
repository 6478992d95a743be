"""A terminal's print lines as slips: 06 D1 and 06 D3. Owns characters, bounds and masking; refuses to print or fail.

Source: PA00P015. 06 D1 carries an attribute byte and text: bit 80 (but not 80 itself) marks the last line, 40 a
centered one, 20 double width, 10 double height; FF feeds, and the number of lines follows. 06 D3 carries a container:
1F07 whose copy it is, 14 an ISO 8859 part, 25 the texts, in it 07 a line and 09 the attribute of those behind it.

A message that breaks these rules becomes an unreadable line, never an error: paper is no part of a payment.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drivers.codes.card_number import mask_card_numbers
from drivers.errors import ProtocolError
from drivers.payment.api import UNREADABLE, PaymentContext, SlipCopy, SlipLine, TerminalSlip
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.fields import TlvNode, decode_fields

SLIP_LINES_MAX = 250
"""An end-of-day slip has about a hundred; half a meter of paper is enough for anything else."""
LINE_CHARACTERS_MAX = 128
"""Twice the widest paper."""
SLIPS_MAX = 6
"""For one command: merchant's and citizen's copy, a refusal and some to spare."""
FEED_LINES_MAX = 10

CHARACTER_SETS = {
    "cp437": "cp437",
    "iso-8859-1": "iso8859_1",
    "iso-8859-15": "iso8859_15",
    "utf-8": "utf_8",
}
"""Names in a counter's file, and Python's. CP437 is what a terminal uses when nothing else was agreed."""

_LAST_LINE, _CENTERED, _DOUBLE_WIDTH, _DOUBLE_HEIGHT = 0x80, 0x40, 0x20, 0x10
_FEED = 0xFF
_RECEIPT_TYPE, _TEXTS, _LINE, _ATTRIBUTE, _ISO_PART = 0x1F07, 0x25, 0x07, 0x09, 0x14
_READ_TAGS = frozenset({_RECEIPT_TYPE, _LINE, _ATTRIBUTE, _ISO_PART})
_COPIES = {b"\x01": SlipCopy.MERCHANT, b"\x02": SlipCopy.CUSTOMER, b"\x03": SlipCopy.ADMINISTRATION}
_HEADINGS = {
    "händlerbeleg": SlipCopy.MERCHANT,
    "merchant copy": SlipCopy.MERCHANT,
    "merchant receipt": SlipCopy.MERCHANT,
    "kundenbeleg": SlipCopy.CUSTOMER,
    "customer copy": SlipCopy.CUSTOMER,
    "customer receipt": SlipCopy.CUSTOMER,
    "cardholder copy": SlipCopy.CUSTOMER,
}
"""06 D1 does not tell whose copy it is, but terminals print it on a line of its own."""
_NO_TEXT = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc"))
_ISO_PARTS = frozenset((*range(1, 12), *range(13, 17)))


@dataclass(frozen=True, slots=True)
class PrintText:
    """One line of a print message, decoded and not yet masked; ``ends_slip`` when no other follows on its slip."""

    line: SlipLine | None
    ends_slip: bool = False


class Slips:
    """Collects the lines of one command's conversation; ``character_set`` None: the terminal prints for itself."""

    def __init__(self, character_set: str | None, unsaid: SlipCopy = SlipCopy.UNSAID) -> None:
        self._codec = None if character_set is None else CHARACTER_SETS[character_set]
        self._unsaid = unsaid
        self._copy = unsaid
        self._lines: list[SlipLine] = []
        self._is_cut_short = False
        self._handed = 0

    def hear(self, message: Apdu, context: PaymentContext) -> None:
        """Take in a 06 D1 or 06 D3; a slip that it finishes goes to the context. Raises nothing."""
        if self._codec is None:
            return
        if message.command == messages.PRINT_TEXT_BLOCK:
            copy, texts = read_block(message.body, self._codec)
            if copy is not None and copy is not self._copy:
                self.end(context)
                self._copy = copy
        else:
            texts = read_line(message.body, self._codec)
        for text in texts:
            if text.line is not None:
                self._add(text.line)
            if text.ends_slip:
                self.end(context)

    def end(self, context: PaymentContext) -> None:
        """The slip is finished, or the conversation is: terminals do not always mark a last line."""
        while self._lines and not self._lines[-1].text.strip():
            self._lines.pop()  # feeds before the tear bar
        if self._lines and self._handed < SLIPS_MAX:
            self._handed += 1
            is_last = self._handed == SLIPS_MAX
            context.print_slip(TerminalSlip(self._copy, masked_lines(self._lines), self._is_cut_short or is_last))
        self._lines, self._copy, self._is_cut_short = [], self._unsaid, False

    def _add(self, line: SlipLine) -> None:
        if len(self._lines) >= SLIP_LINES_MAX:
            self._is_cut_short = True
            return
        if len(line.text) > LINE_CHARACTERS_MAX:
            line = replace(line, text=line.text[:LINE_CHARACTERS_MAX])
            self._is_cut_short = True
        self._lines.append(line)
        if self._copy is self._unsaid:
            self._copy = _HEADINGS.get(line.text.strip(" *-=").casefold(), self._copy)


def masked_lines(lines: Sequence[SlipLine]) -> tuple[SlipLine, ...]:
    """The same lines without card numbers, those included that go on in the next line."""
    if not lines:
        return ()
    masked = mask_card_numbers("\n".join(line.text for line in lines)).split("\n")
    return tuple(replace(line, text=text) for line, text in zip(lines, masked, strict=True))


def read_line(body: bytes, codec: str) -> list[PrintText]:
    """The lines of a 06 D1."""
    if not body:
        return [PrintText(SlipLine(UNREADABLE))]
    attribute, text = body[0], body[1:]
    if attribute == _FEED:
        feeds = min(text[0] if text else 1, FEED_LINES_MAX)
        return [PrintText(SlipLine(""))] * feeds
    return [PrintText(_line(attribute, text, codec), _is_last(attribute))]


def read_block(body: bytes, codec: str) -> tuple[SlipCopy | None, list[PrintText]]:
    """Whose copy a 06 D3 says it is, and its lines; a slip's end stands by itself."""
    try:
        container = decode_fields(body, _READ_TAGS).values.get("tlv", ())
    except ProtocolError:
        return None, [PrintText(SlipLine(UNREADABLE))]
    if not isinstance(container, tuple):
        return None, [PrintText(SlipLine(UNREADABLE))]
    nodes = tuple(_flat(container))
    copy = next((_COPIES.get(node.value) for node in nodes if node.tag == _RECEIPT_TYPE), None)
    for node in nodes:
        if node.tag == _ISO_PART:
            codec = _iso_codec(node.value)
    texts: list[PrintText] = []
    attribute = 0
    for node in nodes:
        if node.tag == _LINE:
            texts.append(PrintText(_line(attribute, node.value, codec)))
        elif node.tag == _ATTRIBUTE and node.value:
            attribute = node.value[0]
            if attribute == _FEED or _is_last(attribute):
                texts.append(PrintText(None, ends_slip=True))
                attribute = 0
    return copy, texts


def _flat(nodes: tuple[TlvNode, ...]) -> Iterator[TlvNode]:
    for node in nodes:
        yield node
        yield from _flat(node.children)


def _is_last(attribute: int) -> bool:
    return bool(attribute & _LAST_LINE) and attribute != _LAST_LINE


def _line(attribute: int, raw: bytes, codec: str) -> SlipLine:
    return SlipLine(
        _text(raw, codec),
        centered=bool(attribute & _CENTERED),
        double_width=bool(attribute & _DOUBLE_WIDTH),
        double_height=bool(attribute & _DOUBLE_HEIGHT),
    )


def _text(raw: bytes, codec: str) -> str:
    """What the character set does not allow, and what is no character on paper, becomes UNREADABLE."""
    text = raw.rstrip(b"\0 ").decode(codec, errors="replace").replace("\xa0", " ")
    return "".join(UNREADABLE if unicodedata.category(each) in _NO_TEXT else each for each in text)


def _iso_codec(part: bytes) -> str:
    """A part we cannot name is read as ASCII: a letter may be lost, and none is guessed."""
    return f"iso8859_{part[0]}" if len(part) == 1 and part[0] in _ISO_PARTS else "ascii"
