"""A layout's markup: what becomes of it, and where an error is said to stand."""

from datetime import date

import pytest

from receipts.document import Align, Block, Box, Columns, Cut, Feed, Pair, Qr, Rule, RuleStyle, Size, Style, Text
from receipts.template import Schema, Template, parse_template
from receipts.template_fill import Values, fill, when
from receipts.template_line import TemplateError

HEADER = "{template:slip;version:1;approved:2026-04-01}\n"
ROW = Schema(frozenset(("name", "amount")))
SCHEMAS = {
    "slip": Schema(
        frozenset(("city", "number", "code")),
        {"lines": ROW, "training": Schema(frozenset())},
        frozenset(("terminal",)),
        frozenset(("city",)),
    )
}
VALUES = Values(
    {"city": "豊田市", "number": "", "code": "ABC"},
    {
        "lines": (Values({"name": "住民票", "amount": "¥300"}), Values({"name": "印鑑証明", "amount": "¥200"})),
        "training": (),
    },
    {"terminal": (Text("端末"),)},
)


def parsed(body: str) -> Template:
    return parse_template(f"{HEADER}{body}\n[city]\n===\n", "slip-1.receipt", SCHEMAS)


def blocks(body: str) -> list[Block]:
    """Of ``body`` alone."""
    return fill(parsed(body).nodes, VALUES)[:-2]


def test_the_first_line_says_which_layout_it_is_and_since_when() -> None:
    template = parsed("")
    assert (template.name, template.version, template.approved_on) == ("slip", 1, date(2026, 4, 1))


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("題", Text("題", align=Align.CENTER)),
        ("|左", Text("左")),
        ("右|", Text("右", align=Align.RIGHT)),
        ("  |左", Text("左")),
        ('"太字"', Text("太字", Style(bold=True), Align.CENTER)),
        ('|"太字', Text("太字", Style(bold=True))),
        ("^横", Text("横", Style(Size.WIDE), Align.CENTER)),
        ("^^縦", Text("縦", Style(Size.TALL), Align.CENTER)),
        ("^^^大", Text("大", Style(Size.LARGE), Align.CENTER)),
        ('`^^^"帯', Text("帯", Style(Size.LARGE, bold=True, inverse=True), Align.CENTER)),
        ("合計 | ¥300", Columns("合計", "¥300")),
        ("品 | 2点| ¥600", Columns("品", "¥600", "2点")),
        ('"合計" | "¥300"', Columns("合計", "¥300", style=Style(bold=True))),
        ("名 |値", Pair("名", "値")),
        ("|名 |値 |", Pair("名", "値")),
        ("---", Rule()),
        ("{rule:heavy}", Rule(RuleStyle.HEAVY)),
        ("{rule:dashed}", Rule(RuleStyle.DASHED)),
        ("{feed:1}", Feed(1)),
        ("", Feed(2)),
        ("===", Cut()),
        ("{stamp:領収印}", Box(("領収印",))),
        ("{stamp:取扱者,確認者;align:center}", Box(("取扱者", "確認者"), Align.CENTER)),
        ("{code:[code];option:qrcode}", Qr("ABC")),
        ("{c:[code];o:qrcode}", Qr("ABC")),
        (r"a\|b\{c\}\[d\]\"e\"\^\_\~\-\\", Text(r'a|b{c}[d]"e"^_~-' + "\\", align=Align.CENTER)),
        ("a~b", Text("a b", align=Align.CENTER)),
        ("[city]役所", Text("豊田市役所", align=Align.CENTER)),
        ("{insert:terminal}", Text("端末")),
    ],
)
def test_each_line_becomes_one_block(line: str, block: Block) -> None:
    assert blocks(line) == [block]


def test_a_group_comes_once_for_each_entry() -> None:
    assert blocks("{each:lines}\n[name] | [amount]\n{end:lines}") == [
        Columns("住民票", "¥300"),
        Columns("印鑑証明", "¥200"),
    ]
    assert blocks("{each:training}\n訓練\n{end:training}") == []


@pytest.mark.parametrize("row", ["番号 |No. [number]", "[number]", "|番号 [number]", "番号 | [number]"])
def test_a_row_whose_values_are_all_empty_is_left_out(row: str) -> None:
    assert blocks(row) == []


def test_a_column_whose_value_is_empty_says_nothing_beside_one_that_is_not() -> None:
    assert blocks("[city] | No. [number]") == [Columns("豊田市", "")]


@pytest.mark.parametrize("value", ["{each:lines}", '^^^"`', "a|b", "===", "[city]", "\\x1b", "{command:\\x1b}", "~_~"])
def test_a_value_is_never_read_as_markup(value: str) -> None:
    template = parsed("|[code]\n[code] | [code]\n[code] |[code]\n{code:[code];option:qrcode}")
    values = Values({**VALUES.texts, "code": value}, VALUES.groups, VALUES.inserts)
    assert fill(template.nodes, values)[:4] == [Text(value), Columns(value, value), Pair(value, value), Qr(value)]


@pytest.mark.parametrize(
    ("body", "line", "column", "rule"),
    [
        ("[town]", 2, 1, "town is not known here; there are city, code, number"),
        ("上\n|下 [town]", 3, 2, "town is not known"),
        ("[name]", 2, 1, "name is not known"),
        ("{each:rows}", 2, 1, "rows is not known here; there are lines, training"),
        ("{each:lines}\n[name] | [amount]", 2, 1, "{each:lines} has no {end:lines}"),
        ("{end:lines}", 2, 1, "{end:lines} has no {each:lines}"),
        ("{each:lines}\n{each:training}\n{end:lines}", 4, 1, "{end:training} is due"),
        ("{command:\\x1b}", 2, 10, "\\x is not allowed"),
        ("{command:cut}", 2, 1, "printer commands are not allowed"),
        ("{x:cut}", 2, 1, "printer commands are not allowed"),
        ("{image:AAAA}", 2, 1, "images are not allowed"),
        ("{i:AAAA}", 2, 1, "images are not allowed"),
        ("{border:line}", 2, 1, "frames"),
        ("{feed:0}", 2, 1, "must be a number from 1 to 20, not 0"),
        ("{feed:half}", 2, 1, "must be a number"),
        ("{rule:bold}", 2, 1, "must be one of light, heavy, dashed, not bold"),
        ("{stamp:a,,b}", 2, 1, "a stamp has one to 4 titles"),
        ("{code:[code]}", 2, 1, "a code is {code:[name];option:qrcode}"),
        ("{feed:1;feed:2}", 2, 1, "feed is given twice"),
        ("{feed}", 2, 1, "feed is not key:value"),
        ("{fed:1}", 2, 1, "fed is not known here"),
        ("a {feed:1}", 2, 3, "{ belongs to a line of its own"),
        ("a\\x41", 2, 2, "\\x is not allowed"),
        ("a\\q", 2, 2, "\\q is not known here"),
        ("ab\\", 2, 3, "a backslash stands before"),
        ("a\x1bb", 2, 2, "U+001B cannot be printed"),
        ("a\u202eb", 2, 2, "U+202E cannot be printed"),
        ('a"b"c', 2, 2, '" may only stand around'),
        ('a"', 2, 2, '" ends a decoration that did not begin'),
        ("_a_", 2, 1, "underlining is not printed"),
        ("a|b|c", 2, 1, "mind the spaces"),
        ('"a" | b', 2, 1, "decorated alike"),
        ('"a |b', 2, 1, "a label and its value are printed plain"),
        ("a [city", 2, 3, "[ has no ]"),
        ("a ]", 2, 3, "] must end a [name]"),
        ("a [City]", 2, 8, "] must end a [name]"),
        ("||", 2, 1, "a row without text"),
    ],
)
def test_an_error_says_where_it_stands_and_what_would_be_right(body: str, line: int, column: int, rule: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parsed(body)
    assert str(caught.value).startswith(f"slip-1.receipt:{line}:{column}: ")
    assert rule in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "the first line must be {template:"),
        ("[city]\n===\n", "the first line must be {template:"),
        ("{template:slip;version:1}\n[city]\n===\n", "the first line must be {template:"),
        ("{template:slop;version:1;approved:2026-04-01}\n===\n", "no document is called slop; there are slip"),
        ("{template:slip;version:0;approved:2026-04-01}\n===\n", "version must be a number from 1"),
        ("{template:slip;version:1;approved:2026-02-30}\n===\n", "approved must be a day such as 2026-04-01"),
        (f"{HEADER}===\n", "a slip must show city"),
        (f"{HEADER}[city]\n", "the last line must be ==="),
        (f"{HEADER}{'a' * 20_001}", "longer than 20000 characters"),
    ],
)
def test_a_layout_that_is_not_whole_is_refused(text: str, rule: str) -> None:
    with pytest.raises(TemplateError, match=r"^slip-1\.receipt:") as caught:
        parse_template(text, "slip-1.receipt", SCHEMAS)
    assert rule in str(caught.value)


def test_a_condition_shows_its_rows_once_or_not_at_all() -> None:
    assert len(when("x")) == 1
    assert when("") == ()
