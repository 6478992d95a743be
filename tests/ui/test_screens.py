"""Every scene of both windows, at both sizes, in both languages: nothing is cut and the window keeps its size."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.cut_words import clipped
from tests.ui.draw import SIZES, walk


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_word_is_cut(qtbot: QtBot, language: str, size: tuple[int, int]) -> None:
    del qtbot
    scenes: list[str] = []

    def visit(name: str, staff: QWidget, customer: QWidget) -> None:
        scenes.append(name)
        assert clipped(staff) == [], name
        assert clipped(customer) == [], name
        assert staff.size().toTuple() == size, name

    walk(language, size, visit)
    assert len(scenes) > 55
