"""The row at the top: every lamp in sight has its whole room, however many fail and however narrow the screen."""

import itertools
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.services.notices import CounterStatus
from kiosk.ui import names
from tests.ui.conftest import Bench, BuildBench
from tests.ui.draw import SIZES
from tests.ui.scripted_desk import ALL_GOOD, ALL_LOST, BESIDE_LOST, TROUBLED


def lamps(bench: Bench) -> dict[str, tuple[int, int]]:
    """Left and right edge of every lamp in sight, by what it says."""
    found = {}
    for name in ("terminal", "printer", "register", "paper", "scanner", "display"):
        if bench.sees(names.lamp(name)):
            lamp = bench.find(names.lamp(name))
            left = lamp.mapTo(bench.windows.staff, lamp.rect().topLeft()).x()
            found[bench.says(names.lamp(name))] = (left, left + lamp.width())
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("status", [ALL_GOOD, TROUBLED, BESIDE_LOST, ALL_LOST])
def test_no_lamp_stands_on_another(
    build: BuildBench, language: str, width: int, height: int, status: CounterStatus
) -> None:
    bench = build(language=language, width=width, height=height)
    bench.open()
    bench.desk.tell(ALL_GOOD)
    bench.desk.tell(status)
    QApplication.processEvents()  # a layout settles in the loop's next turn
    edges = sorted(lamps(bench).values())
    menu = bench.find(names.MENU)
    edges.append((menu.x(), menu.x() + menu.width()))
    assert all(right <= left for (_, right), (left, _) in itertools.pairwise(edges)), lamps(bench)
    assert bench.windows.staff.width() == width


def test_scanner_and_display_are_named_only_while_they_fail(selling: Bench) -> None:
    selling.desk.tell(BESIDE_LOST)
    assert len(lamps(selling)) == 6
    assert "スキャナー 停止" in lamps(selling)
    selling.desk.tell(replace(BESIDE_LOST, scanner=ALL_GOOD.terminal, display=ALL_GOOD.terminal))
    assert len(lamps(selling)) == 4
