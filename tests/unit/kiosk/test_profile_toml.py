"""The locator finds the line a person has to look at, whatever shape of TOML they wrote."""

import pytest

from kiosk.profile_source import Source
from kiosk.profile_toml import KeyPath, line_of, read_toml

TEXT = """\
# head
a = 1
many = [
    "one",  # [not a header]
    "two",
]
story = '''
[not.a.header]
a = 2
'''
dotted.key = 3
"quoted key" = 4

[plain]
x = 1

[[list]]
x = 1

[[list]]
y = { inner = 1 }

[list.sub]
z = 1

[deep.er]
w = 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("many",), 3),
        (("story",), 7),
        (("dotted",), 11),
        (("dotted", "key"), 11),
        (("quoted key",), 12),
        (("plain",), 14),
        (("plain", "x"), 15),
        (("plain", "missing"), 14),
        (("list", 0), 17),
        (("list", 0, "x"), 18),
        (("list", 1), 20),
        (("list", 1, "x"), 20),
        (("list", 1, "y"), 21),
        (("list", 1, "y", "inner"), 21),
        (("list", 1, "sub"), 23),
        (("list", 1, "sub", "z"), 24),
        (("deep",), 26),
        (("deep", "er", "w"), 27),
        (("missing",), None),
    ],
)
def test_the_line_of_every_kind_of_statement(path: KeyPath, line: int | None) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = 1" + "0" * 10_000, "a = 2026-13-45", "= 1", "[a\n", "a = \x00"]
)
def test_broken_syntax_is_one_line_whatever_it_is(text: str) -> None:
    with pytest.raises(Exception, match="correct the TOML syntax") as caught:
        read_toml(Source("x.toml", text))
    assert type(caught.value).__name__ == "ProfileError"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("row", ["'a',", "# a comment", "'a', 'b',"])
def test_the_line_behind_a_long_list_is_found(row: str) -> None:
    assert line_of(f"names = [\n{(row + chr(10)) * 2000}]\nlast = 1\n", ("last",)) == 2003


def test_a_list_whose_every_line_may_be_its_last_is_not_read_for_ever() -> None:
    assert line_of("first = 1\nlists = [\n" + "[1],\n" * 2000 + "]\nlast = 1\n", ("last",)) is None
    assert line_of("first = 1\nlists = [\n" + "[1],\n" * 2000 + "]\n", ("first",)) == 1
