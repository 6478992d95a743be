"""Approved layouts: ReceiptLine text to typed nodes, before any value is known. Refuses what could be a command.

ReceiptLine is the receipt markup of the Open Foodservice System Consortium. A layout uses its columns, alignment by
spaces, decorations, rules, cut and QR codes; ``[name]`` stands for a value, and the properties of our own (``each``,
``feed``, ``rule``, ``stamp``, ``insert``) are ones that other programs for the markup pass over. Printer commands,
images and hexadecimal escapes are errors.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from receipts.document import Align, Block, Box, Cut, Feed, Rule, RuleStyle, Style
from receipts.template_line import (
    NO_WORDS,
    Cell,
    Fail,
    Pattern,
    TemplateError,
    parse_cells,
    parse_pattern,
    parse_properties,
)

CHARACTERS_MAX = 20_000
"""An approved layout is a page; anything longer is not one."""
DEPTH_MAX = 4
"""Sections, their rows, and two more."""
FEED_HALF_LINES_MAX = 20
STAMPS_MAX = 4
"""So many stamp fields stand side by side on the narrowest paper."""
NAMES = {"template", "version", "approved"}
"""Of the first line: ``{template:usage_slip; version:1; approved:2026-04-01}``."""
_REFUSED = {
    "command": "printer commands are not allowed in a layout",
    "image": "images are not allowed in a layout",
    "border": "frames between columns are not printed; remove it",
    "width": "the paper's own columns are used; remove it",
    "text": "long text is always broken by the Japanese rules; remove it",
    "align": "belongs to a stamp alone; align a row by | and spaces",
    "option": "belongs to a code",
}
_ABBREVIATED = {"a": "align", "b": "border", "c": "code", "i": "image", "o": "option", "t": "text", "w": "width"}
_ABBREVIATED |= {"x": "command", "_": "comment"}
_HEADER_LACKS = "the first line must be {template:NAME;version:N;approved:YYYY-MM-DD}"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a layout may say: single values, groups that come any number of times, and blocks made elsewhere."""

    texts: frozenset[str]
    groups: Mapping[str, "Schema"] = field(default_factory=dict)
    inserts: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    """Values, groups and inserts without which the document would not be what the rules ask for."""


@dataclass(frozen=True, slots=True)
class TextNode:
    pattern: Pattern
    style: Style
    align: Align


@dataclass(frozen=True, slots=True)
class ColumnsNode:
    left: Pattern
    middle: Pattern
    right: Pattern
    style: Style


@dataclass(frozen=True, slots=True)
class PairNode:
    label: Pattern
    value: Pattern


@dataclass(frozen=True, slots=True)
class QrNode:
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class FixedNode:
    block: Block


@dataclass(frozen=True, slots=True)
class InsertNode:
    name: str


@dataclass(frozen=True, slots=True)
class EachNode:
    """Its rows once for every entry of the group; none leaves them out."""

    name: str
    nodes: tuple["Node", ...]


Node = TextNode | ColumnsNode | PairNode | QrNode | FixedNode | InsertNode | EachNode


@dataclass(frozen=True, slots=True)
class Template:
    """One version of one layout, as somebody approved it."""

    name: str
    version: int
    approved_on: date
    nodes: tuple[Node, ...]


@dataclass(slots=True)
class _Open:
    """A group whose end has not come yet."""

    name: str
    line: int
    schema: Schema
    nodes: list[Node] = field(default_factory=list)


def parse_template(text: str, source_name: str, schemas: Mapping[str, Schema]) -> Template:
    """Read one layout. ``schemas`` has one entry for each layout that there may be.

    Raises TemplateError with one line: file, line, column, what is wrong and what would be right.
    """
    reader = _Reader(source_name, schemas)
    if len(text) > CHARACTERS_MAX:
        raise TemplateError(source_name, 1, 1, f"longer than {CHARACTERS_MAX} characters; not a layout")
    for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
        reader.take(number, line.removesuffix("\r"))
    return reader.finish()


class _Reader:
    def __init__(self, source_name: str, schemas: Mapping[str, Schema]) -> None:
        self._source, self._schemas = source_name, schemas
        self._name, self._version, self._approved = "", 0, date.min
        self._open: list[_Open] = []
        self._used: set[str] = set()
        self._line = 0

    def take(self, number: int, line: str) -> None:
        """One line of the layout."""
        self._line = number
        stripped = line.strip(" \t")
        column = len(line) - len(line.lstrip(" \t")) + 1
        if not self._open:
            self._header(stripped)
        elif not stripped:
            self._add(FixedNode(Feed(2)))
        elif stripped.startswith("{"):
            self._property(parse_properties(stripped, self._fail, column), column)
        elif re.fullmatch("-+", stripped):
            self._add(FixedNode(Rule()))
        elif re.fullmatch("=+", stripped):
            self._add(FixedNode(Cut()))
        else:
            self._add(self._row(parse_cells(stripped, self._fail, column), column))

    def finish(self) -> Template:
        """The whole layout; what is missing at its end is an error."""
        if not self._open:
            raise self._fail(1, _HEADER_LACKS)
        if len(self._open) > 1:
            last = self._open[-1]
            raise TemplateError(self._source, last.line, 1, f"{{each:{last.name}}} has no {{end:{last.name}}}")
        root = self._open[0]
        if missing := sorted(root.schema.required - self._used):
            raise self._fail(1, f"a {self._name} must show {', '.join(missing)}")
        if not root.nodes or root.nodes[-1] != FixedNode(Cut()):
            raise self._fail(1, "the last line must be === (the paper is cut)")
        return Template(self._name, self._version, self._approved, tuple(root.nodes))

    def _fail(self, column: int, rule: str) -> TemplateError:
        return TemplateError(self._source, self._line, column, rule)

    def _add(self, node: Node) -> None:
        self._open[-1].nodes.append(node)

    def _header(self, line: str) -> None:
        given = parse_properties(line, self._fail, 1) if line.startswith("{") else {}
        if given.keys() == {"comment"}:
            return
        if given.keys() != NAMES:
            raise self._fail(1, _HEADER_LACKS)
        name, version, approved = given["template"], given["version"], given["approved"]
        if name not in self._schemas:
            raise self._fail(1, f"no document is called {name}; there are {', '.join(sorted(self._schemas))}")
        if not re.fullmatch("[1-9][0-9]{0,3}", version):
            raise self._fail(1, f"version must be a number from 1, not {version}")
        try:
            self._approved = date.fromisoformat(approved)
        except ValueError:
            raise self._fail(1, f"approved must be a day such as 2026-04-01, not {approved}") from None
        self._name, self._version = name, int(version)
        self._open.append(_Open("", self._line, self._schemas[name]))

    def _row(self, cells: list[Cell], column: int) -> Node:
        """One text, a named particular, or a row of money, by the number of columns and where their text stands."""
        patterns = [self._known(cell.pattern) for cell in cells]
        match [cell.align for cell in cells]:
            case [align]:
                return TextNode(patterns[0], cells[0].style, align)
            case [Align.LEFT, Align.LEFT]:
                if any(cell.style != Style() for cell in cells):
                    raise self._fail(column, "a label and its value are printed plain; remove the decorations")
                return PairNode(*patterns)
            case [Align.LEFT, Align.RIGHT] | [Align.LEFT, Align.RIGHT, Align.RIGHT]:
                if len({cell.style for cell in cells}) > 1:
                    raise self._fail(column, "the columns of one row must be decorated alike")
                middle = patterns[1] if len(cells) == 3 else NO_WORDS
                return ColumnsNode(patterns[0], middle, patterns[-1], cells[0].style)
            case _:
                rule = "columns are `label |value`, `text | amount` or `text | count| amount`: mind the spaces at |"
                raise self._fail(column, rule)

    def _property(self, named: dict[str, str], column: int) -> None:
        given = {_ABBREVIATED.get(key, key): value for key, value in named.items()}
        belongs = {"align"} if "stamp" in given else {"option"} if "code" in given else set()
        for key in given.keys() & _REFUSED.keys() - belongs:
            raise self._fail(column, _REFUSED[key])
        match given:
            case {"comment": _}:
                pass
            case {"each": name, **rest} if not rest:
                self._begin(name, column)
            case {"end": name, **rest} if not rest:
                self._end(name, column)
            case {"feed": half_lines, **rest} if not rest:
                self._add(FixedNode(Feed(_number(half_lines, FEED_HALF_LINES_MAX, self._fail, column))))
            case {"rule": style, **rest} if not rest:
                self._add(FixedNode(Rule(_rule_style(style, self._fail, column))))
            case {"stamp": titles, **rest} if not rest.keys() - {"align"}:
                self._add(FixedNode(_stamps(titles, rest.get("align", "right"), self._fail, column)))
            case {"insert": name, **rest} if not rest:
                self._expect(name, self._schema().inserts, column)
                self._add(InsertNode(name))
            case {"code": data, "option": "qrcode", **rest} if not rest:
                self._add(QrNode(self._known(parse_pattern(data, self._fail, column))))
            case {"code": _}:
                raise self._fail(column, "a code is {code:[name];option:qrcode}")
            case _:
                allowed = "each, end, feed, rule, stamp, insert, code, comment"
                raise self._fail(column, f"{', '.join(given)} is not known here; there are {allowed}")

    def _begin(self, name: str, column: int) -> None:
        schema = self._schema()
        self._expect(name, schema.groups, column)
        if len(self._open) > DEPTH_MAX:
            raise self._fail(column, f"groups are nested more than {DEPTH_MAX} deep")
        inner = schema.groups[name]
        seen = Schema(schema.texts | inner.texts, {**schema.groups, **inner.groups}, schema.inserts | inner.inserts)
        self._open.append(_Open(name, self._line, seen))

    def _end(self, name: str, column: int) -> None:
        if len(self._open) == 1 or self._open[-1].name != name:
            expected = f"; {{end:{self._open[-1].name}}} is due" if len(self._open) > 1 else ""
            raise self._fail(column, f"{{end:{name}}} has no {{each:{name}}}{expected}")
        done = self._open.pop()
        self._add(EachNode(done.name, tuple(done.nodes)))

    def _schema(self) -> Schema:
        return self._open[-1].schema

    def _known(self, pattern: Pattern) -> Pattern:
        for name in pattern.names:
            self._expect(name, self._schema().texts, pattern.column)
        return pattern

    def _expect(self, name: str, names: Mapping[str, object] | frozenset[str], column: int) -> None:
        if name not in names:
            raise self._fail(column, f"{name} is not known here; there are {', '.join(sorted(names)) or 'none'}")
        self._used.add(name)


def _number(text: str, most: int, fail: Fail, column: int) -> int:
    if not re.fullmatch("[1-9][0-9]?", text) or int(text) > most:
        raise fail(column, f"must be a number from 1 to {most}, not {text}")
    return int(text)


def _rule_style(text: str, fail: Fail, column: int) -> RuleStyle:
    try:
        return RuleStyle(text)
    except ValueError:
        raise fail(column, f"must be one of {', '.join(each.value for each in RuleStyle)}, not {text}") from None


def _stamps(titles: str, align: str, fail: Fail, column: int) -> Box:
    each = tuple(title.strip() for title in titles.split(","))
    if align.upper() not in Align.__members__:
        raise fail(column, f"align must be left, center or right, not {align}")
    if len(each) > STAMPS_MAX or not all(each):
        raise fail(column, f"a stamp has one to {STAMPS_MAX} titles with commas between them")
    return Box(each, Align[align.upper()])
