"""The cash drawer: after a sale in cash, or with a recorded reason."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.payment import api
from kiosk.services.notices import DocumentChanged, OperatorSignedIn, Printing, Refused, SalesListed
from tests.unit.kiosk.conftest import CASH, CREDIT, Bench, ScriptedDevice, approved
from tests.unit.kiosk.runtime.rig import Rig


@pytest.fixture
def open_rig(bench: Bench) -> Iterator[Rig]:
    """A counter with a clerk and an open day."""
    rig = Rig(bench)
    rig.desk.start()
    rig.desk.sign_in("yamada", "1234")
    rig.until(OperatorSignedIn)
    rig.desk.open_day()
    rig.until(SalesListed)
    yield rig
    rig.stop()


def test_the_drawer_opens_once_a_cash_sale_is_durable_and_for_no_other(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    while open_rig.until(DocumentChanged).printing is not Printing.PRINTED:
        pass
    assert open_rig.printer.drawer_opened == []
    open_rig.drawer.sales = [replace(approved(), media=api.Media.CASH, tendered_yen=300)]
    open_rig.desk.pay(bench.offer(), CASH)
    while open_rig.until(DocumentChanged).printing is not Printing.PRINTED:
        pass
    assert open_rig.printer.drawer_opened == [False]
    assert "drawer_opened" not in bench.kinds(), "the sale says why"


def test_without_a_sale_the_drawer_opens_after_its_reason_is_recorded(open_rig: Rig, bench: Bench) -> None:
    open_rig.printer.drawer_springs_open = False
    open_rig.desk.printing.open_drawer("change")
    assert open_rig.until(Refused) == Refused("drawer_stays_shut")
    assert open_rig.printer.drawer_opened == [True], "with a sound"
    assert bench.kinds().count("drawer_opened") == 1
    open_rig.desk.printing.open_drawer("because")
    assert open_rig.until(Refused) == Refused("drawer_reason")
    assert open_rig.printer.drawer_opened == [True]
