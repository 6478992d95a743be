"""The light of several payment devices: that of the worst."""

from kiosk.domain.books import SyncStatus
from kiosk.runtime.status_board import GOOD, StatusBoard
from kiosk.services.notices import CounterStatus, DeviceStatus, Light, Notice

AWAY = DeviceStatus(Light.BAD, "service_unreachable")


def test_a_device_that_is_well_does_not_hide_one_that_is_not() -> None:
    told: list[Notice] = []
    board = StatusBoard(told.append, lambda: SyncStatus(0, 0, ""), has_printer=False)
    shown: list[DeviceStatus] = []
    for device, status in (("paypay", AWAY), ("terminal", GOOD), ("paypay", GOOD), ("terminal", AWAY)):
        board.set_terminal(device, status)
        last = told[-1]
        assert isinstance(last, CounterStatus)
        shown.append(last.terminal)
    assert shown == [AWAY, AWAY, GOOD, AWAY]
