"""Whatever a terminal says no with, its sentence fits the band: at the smaller window, in both languages."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from drivers.payment.api import DeclineReason
from kiosk.domain.operation import OperationKind, State
from kiosk.presenters.words import Words
from tests.ui.cut_words import clipped
from tests.ui.draw import SIZES, build
from tests.unit.kiosk.presenters.test_words import an_operation


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_reason_is_cut(qtbot: QtBot, language: str) -> None:
    del qtbot
    windows, _ = build(language, *min(SIZES))
    staff = windows.staff_presenter
    cut: dict[str, list[str]] = {}
    for kind in OperationKind:
        for reason in DeclineReason:
            declined = an_operation(State.DECLINED, reason, "FF")
            declined = replace(declined, prepared=replace(declined.prepared, operation_kind=kind))
            staff.store.set(replace(staff.store.state, message=Words(staff.texts).operation(declined)))
            QApplication.processEvents()
            if found := clipped(windows.staff):
                cut[f"{kind} {reason}"] = found
    windows.staff.close()
    windows.customer.close()
    assert cut == {}
