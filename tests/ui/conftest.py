"""A whole counter window in memory, offscreen."""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.presenters.state import CounterSetup
from kiosk.presenters.texts import load_texts
from kiosk.ui import names
from kiosk.ui.app import Windows, build_windows, visible
from kiosk.ui.card_view import FactsView
from kiosk.ui.components import Amount
from kiosk.ui.form_view import FieldView
from kiosk.ui.rows import RowsView
from kiosk.ui.theme import read_tokens
from tests.ui.scripted_desk import PIN, SETUP, TODAY, ScriptedDesk

ROOT = Path(__file__).resolve().parents[2]


Said = FieldView | Amount | FactsView
"""Painted widgets that can be read like a label."""


@dataclass
class Bench:
    """The windows, their desk, and fingers."""

    windows: Windows
    desk: ScriptedDesk

    def find(self, name: str) -> QWidget:
        return visible(self.windows.staff, name)

    def sees(self, name: str) -> bool:
        try:
            return self.find(name).isEnabled()
        except LookupError:
            return False

    def click(self, *targets: str) -> None:
        for name in targets:
            QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def click_row(self, table: str, row: str) -> None:
        view = self.find(table)
        assert isinstance(view, RowsView)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.point_of(row))

    def keys(self, *keys: Qt.Key) -> None:
        for key in keys:
            focused = self.windows.staff.focusWidget() or self.windows.staff
            QTest.keyClick(focused, key)

    def type(self, text: str) -> None:
        focused = self.windows.staff.focusWidget() or self.windows.staff
        QTest.keyClicks(focused, text)

    def says(self, name: str) -> str:
        widget = self.find(name)
        return (
            str(widget.property("text") or widget.accessibleName()) if not isinstance(widget, Said) else widget.text()
        )

    def sign_in(self) -> None:
        self.click(names.choice("operator", "suzuki"), *map(names.digit, PIN), names.MAIN)

    def open(self) -> None:
        self.sign_in()
        self.click(names.MAIN)


BuildBench = Callable[..., Bench]


@pytest.fixture
def build(qtbot: QtBot) -> BuildBench:
    """Build a counter for a set-up, a language and a size."""

    def make(setup: CounterSetup = SETUP, *, language: str = "ja", width: int = 1280, height: int = 800) -> Bench:
        texts = load_texts(ROOT / "config" / "texts", language)
        tokens = read_tokens(tomllib.loads((ROOT / "config/design/tokens.toml").read_text(encoding="utf-8")))
        desk = ScriptedDesk()
        windows = build_windows(setup, texts, desk, lambda: TODAY, tokens)
        desk.tell = windows.staff_presenter.handle
        for window in (windows.staff, windows.customer):
            qtbot.addWidget(window)
        windows.staff.resize(width, height)
        windows.customer.resize(1024, 768)
        windows.staff.show()
        windows.customer.show()
        return Bench(windows, desk)

    return make


@pytest.fixture
def counter(build: BuildBench) -> Bench:
    """A counter before anybody has signed in."""
    return build()


@pytest.fixture
def selling(counter: Bench) -> Bench:
    """A counter with a clerk and an open day."""
    counter.open()
    return counter
