"""A counter for practice says so on every page of both windows, and can be worked as ever."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.ui import names
from kiosk.ui.watermark import Watermark
from tests.ui.conftest import Bench, BuildBench
from tests.ui.scripted_desk import SETUP


def mark_on(window: QWidget) -> Watermark:
    (mark,) = window.findChildren(Watermark)
    assert mark.isVisibleTo(window)
    assert mark.size() == window.size()
    return mark


def test_both_windows_are_marked_and_stay_marked(build: BuildBench) -> None:
    bench = build(replace(SETUP, training=True))
    bench.open()
    bench.windows.staff.resize(1024, 768)
    assert mark_on(bench.windows.staff).text() == "訓練"
    assert mark_on(bench.windows.customer).text() == "訓練"
    last = [child for child in bench.windows.staff.children() if isinstance(child, QWidget)][-1]
    assert isinstance(last, Watermark), "something was laid over the mark"


def test_a_click_goes_through_the_mark(build: BuildBench) -> None:
    bench = build(replace(SETUP, training=True))
    bench.open()
    key = bench.find(names.item("1001"))
    staff = bench.windows.staff
    at = key.mapTo(staff, key.rect().center())
    hit = staff.childAt(at)
    assert hit is not None
    assert not isinstance(hit, Watermark)
    QTest.mouseClick(hit, Qt.MouseButton.LeftButton, pos=hit.mapFrom(staff, at))
    assert bench.windows.staff_presenter.store.state.cart.count == 1


def test_a_real_counter_has_no_mark(selling: Bench) -> None:
    assert not selling.windows.staff.findChildren(Watermark)
