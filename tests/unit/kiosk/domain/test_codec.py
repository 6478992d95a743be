"""Values to JSON and back: strict about types, tolerant of newer writers."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codec import INTEGER_MAX, CodecError, Plain, from_plain, to_plain

Length = NewType("Length", int)


class Color(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Outer:
    length: Length
    day: date
    color: Color
    inner: Inner
    many: tuple[Inner, ...] = ()
    words: frozenset[str] = frozenset()
    maybe: Inner | None = None
    made: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Positive:
    number: int

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError("not positive")


@dataclass(frozen=True, slots=True)
class Holder:
    positive: Positive


GOOD: dict[str, Plain] = {
    "length": 3,
    "day": "2026-11-23",
    "color": "red",
    "inner": {"name": "x", "done": True},
    "many": [{"name": "y", "done": False}],
    "words": ["a", "b"],
    "maybe": None,
    "made": [],
}

INNERS = st.builds(Inner, name=st.text(), done=st.booleans())
OUTERS = st.builds(
    Outer,
    length=st.integers(-INTEGER_MAX, INTEGER_MAX).map(Length),
    day=st.dates(),
    color=st.sampled_from(Color),
    inner=INNERS,
    many=st.lists(INNERS, max_size=4).map(tuple),
    words=st.frozensets(st.text(), max_size=4),
    maybe=st.none() | INNERS,
    made=st.lists(st.text(), max_size=3).map(tuple),
)


@given(OUTERS)
def test_everything_comes_back(value: Outer) -> None:
    assert from_plain(Outer, to_plain(value)) == value


def test_the_plain_form() -> None:
    value = Outer(Length(3), date(2026, 11, 23), Color.RED, Inner("x", done=True), (Inner("y"),), frozenset("ba"))
    assert to_plain(value) == GOOD
    assert from_plain(Outer, GOOD) == value
    assert to_plain({"a": (1, None, False)}) == {"a": [1, None, False]}


def test_sets_have_one_order() -> None:
    assert to_plain(frozenset({"c", "a", "b"})) == ["a", "b", "c"]


def test_newer_writers_may_add_and_older_ones_may_lack_what_has_a_default() -> None:
    assert from_plain(Inner, {"name": "x", "invented_later": [1, 2]}) == Inner("x")
    needed = {key: GOOD[key] for key in ("length", "day", "color", "inner")}
    assert from_plain(Outer, needed).many == ()


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("length", True, "Outer.length: not int"),
        ("length", 3.0, "Outer.length: not int"),
        ("length", "3", "Outer.length: not int"),
        ("length", None, "Outer.length: not int"),
        ("length", 2**53, "Outer.length: an integer beyond 53 bits"),
        ("length", -(2**53), "Outer.length: an integer beyond 53 bits"),
        ("day", "2026-02-30", "Outer.day: '2026-02-30' is not a date"),
        ("day", "20261123", "Outer.day: '20261123' is not a date"),
        ("day", "2026-W48-1", "Outer.day: '2026-W48-1' is not a date"),
        ("day", 20261123, "Outer.day: not text"),
        ("color", "blue", "Outer.color: 'blue' is not a Color"),
        ("color", 1, "Outer.color: not text"),
        ("inner", [], "Outer.inner: not an object"),
        ("inner", {"done": True}, "Outer.inner.name: missing"),
        ("inner", {"name": "x", "done": 1}, "Outer.inner.done: not bool"),
        ("many", {"0": 1}, "Outer.many: not a list"),
        ("many", [{"name": "x"}, {"name": None}], "Outer.many[1].name: not str"),
        ("words", "ab", "Outer.words: not a list"),
        ("maybe", 0, "Outer.maybe: not an object"),
    ],
)
def test_wrong_shapes_name_their_path(key: str, value: object, message: str) -> None:
    with pytest.raises(CodecError) as caught:
        from_plain(Outer, {**GOOD, key: value})
    assert str(caught.value) == message


def test_a_missing_key_is_named() -> None:
    with pytest.raises(CodecError, match=r"record\.name: missing"):
        from_plain(Inner, {}, "record")


def test_what_a_value_itself_refuses_is_named() -> None:
    with pytest.raises(CodecError, match=r"Holder\.positive: not positive"):
        from_plain(Holder, {"positive": {"number": 0}})


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", object(), 1 + 2j, Inner, {"a": 1.0}, (b"",)])
def test_what_has_no_plain_form(value: object) -> None:
    with pytest.raises(CodecError, match="no plain form"):
        to_plain(value)


@pytest.mark.parametrize("value", [INTEGER_MAX, -INTEGER_MAX])
def test_integers_every_reader_keeps(value: int) -> None:
    assert to_plain(value) == value
    with pytest.raises(CodecError, match="beyond 53 bits"):
        to_plain(value * 2)
