"""The page before the counter is ready, and the page when it cannot start."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.paths import CONFIG
from kiosk.presenters.texts import load_texts
from kiosk.ui import names
from kiosk.ui.app import visible
from kiosk.ui.front_window import FrontWindow
from kiosk.ui.theme import Theme
from kiosk.window import load_tokens

REASON = "/var/lib/counter-kiosk/journal: another process has the journal open"


@pytest.fixture
def make_front(qtbot: QtBot) -> Callable[[str], FrontWindow]:
    def make(language: str) -> FrontWindow:
        front = FrontWindow(Theme(load_tokens()), load_texts(CONFIG / "texts", language))
        qtbot.addWidget(front)
        front.resize(1024, 768)
        front.show()
        return front

    return make


def said(front: FrontWindow) -> list[str]:
    return [label.text() for label in front.findChildren(QLabel) if label.isVisible()]


def test_it_says_that_the_counter_is_getting_ready(make_front: Callable[[str], FrontWindow]) -> None:
    assert "準備しています" in said(make_front("ja"))
    assert "Getting ready" in said(make_front("en"))


def test_it_says_why_the_counter_cannot_start_and_what_to_do(
    make_front: Callable[[str], FrontWindow], qtbot: QtBot
) -> None:
    front, closed = make_front("ja"), list[bool]()
    front.show_stopped(REASON, lambda: closed.append(True))
    qtbot.waitUntil(lambda: REASON in said(front))
    words = said(front)
    assert "会計を始められません" in words
    assert any("請求は行っていません" in text for text in words)
    QTest.keyClick(visible(front, names.MAIN), Qt.Key.Key_Space)
    assert closed == [True]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_cut(make_front: Callable[[str], FrontWindow], qtbot: QtBot, language: str) -> None:
    front = make_front(language)
    front.show_stopped(REASON * 3, lambda: None)
    qtbot.waitUntil(lambda: REASON * 3 in said(front))
    for label in front.findChildren(QLabel):
        assert label.heightForWidth(label.width()) <= label.height(), label.text()
        assert front.rect().contains(label.geometry()), label.text()
