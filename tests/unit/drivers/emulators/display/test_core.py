"""The emulated display shows what a real one would, however its bytes arrive, and refuses what none knows."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.display.api import CharacterSet, TwoLines
from drivers.display.line20.protocol import CLEAR, INITIALIZE, brightness, show
from drivers.emulators.display.core import DisplayCore, Picture

LINES = TwoLines("ｼﾞｭｳﾐﾝﾋｮｳ", "¥300", "ｺﾞｳｹｲ", "¥1,300")
PICTURE = (f"{'ｼﾞｭｳﾐﾝﾋｮｳ':<16}¥300", f"{'ｺﾞｳｹｲ':<14}¥1,300")


def shown(*pieces: bytes) -> tuple[list[Picture], list[str]]:
    pictures: list[Picture] = []
    refused: list[str] = []
    core = DisplayCore(pictures.append, refused.append)
    for piece in pieces:
        assert core.step(0.0, piece) == ()
    return pictures, refused


@given(st.lists(st.integers(0, 80), max_size=8))
def test_any_split_of_the_wire_shows_the_same(cuts: list[int]) -> None:
    wire = INITIALIZE[CharacterSet.KANA] + brightness(2) + show(LINES) + CLEAR
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    assert shown(*(wire[start:end] for start, end in pairwise(edges))) == ([("", ""), PICTURE, ("", "")], [])


def test_kanji_take_two_columns_once_they_are_on() -> None:
    lines = TwoLines("住民票の写し", "¥300", "合計", "¥300")
    wire = INITIALIZE[CharacterSet.KANJI] + show(lines, CharacterSet.KANJI)
    assert shown(wire)[0][-1] == (f"住民票の写し{'¥300':>8}", f"合計{'¥300':>16}")
    assert shown(wire)[1] == []


@pytest.mark.parametrize("wire", [b"\x1f\x99", b"\x1f\x24\x15\x01", b"\x1f\x24\x01\x03", b"1" * 21, b"\x07\x07"])
def test_what_no_display_knows_is_refused(wire: bytes) -> None:
    assert len(shown(wire)[1]) == 1
