"""An emulated terminal killed with SIGKILL in the middle of a sale: its book is whole, and tells the driver."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.payment.api import Approved, AuthorizationRequest, Media, NotCharged, OutcomeUnknown, PaymentDevice, Phase
from drivers.payment.stxlrc.driver import StxLrcSettings, StxLrcTerminal
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from drivers.transport import SerialLine, SerialSettings
from tests.contract.conformance.port_adapters import (
    REVERSING,
    SECOND,
    STXLRC_TIMERS,
    TIMERS,
    Kind,
    TerminalProcess,
)
from tests.contract.payment.test_zvt_terminal import PortContext

FIRST_YEN, YEN, LAST_YEN = 300, 600, 900
Start = Callable[[], TerminalProcess]


@pytest.fixture
def start(tmp_path: Path, kind: Kind) -> Iterator[Start]:
    processes: list[TerminalProcess] = []

    def run() -> TerminalProcess:
        processes.append(TerminalProcess(kind.module, (), kind.options, tmp_path))
        return processes[-1]

    yield run
    for process in processes:
        process.stop()


def _driver(kind: Kind, port: Path) -> PaymentDevice:
    def open_line() -> SerialLine:
        return SerialLine(SerialSettings(str(port), baud=115_200))

    if kind is SECOND:
        return StxLrcTerminal(open_line, StxLrcSettings(timers=STXLRC_TIMERS))
    return ZvtTerminal(open_line, ZvtSettings(timers=TIMERS))


def _request(driver: PaymentDevice, number: int, amount_yen: int) -> AuthorizationRequest:
    baseline = driver.read_baseline(PortContext())
    return AuthorizationRequest(f"op-{number}", number, amount_yen, Media.CREDIT, baseline)


@pytest.mark.parametrize("kind", [REVERSING, SECOND], ids=["zvt", "stxlrc"])
@pytest.mark.parametrize("killed_at", [Phase.WAIT_CARD, Phase.PROCESSING, Phase.FINISHING, None], ids=str)
def test_a_book_outlives_its_terminal(kind: Kind, killed_at: Phase | None, tmp_path: Path, start: Start) -> None:
    terminal = start()
    driver = _driver(kind, tmp_path / "port")
    assert isinstance(driver.authorize_sales(_request(driver, 1, FIRST_YEN), PortContext()), Approved)
    request = _request(driver, 2, YEN)
    hooks = {} if killed_at is None else {killed_at: terminal.kill}
    outcome = driver.authorize_sales(request, PortContext(when_shown=hooks))
    terminal.kill()

    assert list(kind.read_book(terminal.ledger).sales()) in ([FIRST_YEN], [FIRST_YEN, YEN])
    is_booked = len(kind.read_book(terminal.ledger).sales()) == 2
    assert is_booked or not isinstance(outcome, Approved)
    assert isinstance(outcome, Approved | OutcomeUnknown)

    start()
    answered = driver.query_last_transaction(request, PortContext())
    assert isinstance(answered, Approved if is_booked else NotCharged)
    assert isinstance(driver.authorize_sales(_request(driver, 3, LAST_YEN), PortContext()), Approved)
    assert list(kind.read_book(terminal.ledger).sales()) == [FIRST_YEN, *([YEN] if is_booked else []), LAST_YEN]
