"""A document as typed blocks in reading order. Owns what stands where, and how loud; refuses columns, dots, bytes."""

from dataclasses import dataclass
from enum import Enum

from receipts.content import DocumentKind
from receipts.qr_form import REFERENCE, QrForm


class Size(Enum):
    """Width and height factor of the device font."""

    NORMAL = (1, 1)
    TALL = (1, 2)
    WIDE = (2, 1)
    LARGE = (2, 2)

    def __init__(self, across: int, down: int) -> None:
        self.across, self.down = across, down


class Align(Enum):
    LEFT = 0
    CENTER = 1
    RIGHT = 2


class RuleStyle(Enum):
    """How strongly a rule separates: LIGHT between groups, HEAVY around the money, DASHED where paper is torn."""

    LIGHT = "light"
    HEAVY = "heavy"
    DASHED = "dashed"


@dataclass(frozen=True, slots=True)
class Style:
    """How a row of text looks. ``inverse`` is white on black."""

    size: Size = Size.NORMAL
    bold: bool = False
    inverse: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; long ones are broken by the layout. An inverse paragraph becomes a band over the whole width."""

    text: str
    style: Style = PLAIN
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Columns:
    """A row of money: what, how many (may be empty), how much. ``right`` is an amount and never split."""

    left: str
    right: str
    middle: str = ""
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Pair:
    """A named particular; the values of neighbors start in one column."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line over the whole width."""

    style: RuleStyle = RuleStyle.LIGHT


@dataclass(frozen=True, slots=True)
class Box:
    """Stamp fields side by side, one per title."""

    titles: tuple[str, ...]
    align: Align = Align.RIGHT


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR symbol, centered. ``text`` is encoded as UTF-8 in one byte segment."""

    text: str
    form: QrForm = REFERENCE


@dataclass(frozen=True, slots=True)
class Feed:
    """White space in half lines."""

    half_lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of one piece of paper."""


Block = Text | Columns | Pair | Rule | Box | Qr | Feed | Cut


@dataclass(frozen=True, slots=True)
class Document:
    """One document. ``copy_number`` 0 is the original, n the n-th 再発行; ``serial_number`` may be empty."""

    kind: DocumentKind
    serial_number: str
    copy_number: int
    blocks: tuple[Block, ...]
