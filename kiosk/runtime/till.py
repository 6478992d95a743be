"""Payments on the devices' workers: one at a time at a counter. Owns which payment runs; refuses a second one."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from drivers.payment.api import Approved, Declined, PaymentDevice, TerminalSlip
from kiosk.domain.cart import Offer
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation
from kiosk.domain.record import Actor
from kiosk.domain.tender import Tender
from kiosk.runtime.live_context import CounterContext, LivePaymentContext, OpenContext, Record, no_slip
from kiosk.runtime.status_board import GOOD, StatusBoard
from kiosk.runtime.worker import Jobs, WorkerBusyError
from kiosk.services.charge import MakeContext
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import Answer, DeviceStatus, Light, Notice, PaymentFinished, Refused
from kiosk.services.resolve_in_doubt import inquire
from kiosk.services.take_payment import OtherTender, take_payment

TakeBack = Callable[[PaymentDevice, MakeContext], Operation]
"""Carries a void or a refund out on its device. Raises RefusalError."""


@dataclass(frozen=True, slots=True)
class Station:
    """A payment device and its one worker. ``linked`` devices have a line whose health is worth showing."""

    device: PaymentDevice
    worker: Jobs
    linked: bool
    open_context: OpenContext = LivePaymentContext


class Till:
    """Runs payments and inquiries; ``finished`` is called on the device's worker after each."""

    def __init__(
        self,
        counter: Counter,
        stations: Mapping[str, Station],
        board: StatusBoard,
        finished: Callable[[Operation, Actor], None],
        print_slip: Callable[[SaleId | None, TerminalSlip], None],
    ) -> None:
        self._counter, self._board, self._finished = counter, board, finished
        self._print_slip = print_slip
        self.stations = stations
        self._lock = threading.Lock()
        self._busy: Station | None = None
        """The one device that is at work, payment or inquiry."""
        self._context: CounterContext | None = None

    def pay(self, offer: Offer, tender: Tender, actor: Actor, instead: OtherTender | None = None) -> None:
        """Start a payment. Raises RefusalError("payment_running") while another runs."""
        station = self.stations[tender.device]

        def take() -> Operation:
            return take_payment(self._counter, offer, tender, station.device, self._opener(station), actor, instead)

        self._start(station, take, actor)

    def take_back(self, paid: Operation, work: TakeBack, actor: Actor) -> None:
        """Start a void or a refund of a paid sale on the device that took it. Raises RefusalError."""
        station = self.stations.get(paid.prepared.device)
        if station is None:
            raise RefusalError("device_unknown")
        self._start(station, lambda: work(station.device, self._opener(station)), actor)

    def inquire(self, operation: Operation, actor: Actor) -> None:
        """Ask the operation's device what became of it. Raises RefusalError while a payment runs."""
        station = self.stations.get(operation.prepared.device)
        if station is None:
            raise RefusalError("device_unknown")

        def ask() -> Operation:
            context = self._opener(station)(operation, refuse_commit)
            return inquire(self._counter, operation, station.device, context, actor)

        self._start(station, ask, actor)

    def is_busy(self, device: str) -> bool:
        """Whether the device is being asked, or is charging, just now."""
        return self._busy is not None and self._busy is self.stations.get(device)

    def cancel(self) -> None:
        """Ask the running payment to stop; nothing happens when none runs."""
        context = self._context
        if context is not None:
            context.cancel()

    def answer(self, answer: Answer) -> None:
        context = self._context
        if context is not None:
            context.answer(answer)

    def while_idle(self, work: Callable[[], None]) -> None:
        """Do something short that no payment and no inquiry may overtake; nothing while one runs."""
        with self._lock:
            if self._busy is None:
                work()

    def check(self) -> None:
        """Ask every linked device how it is; not during a payment, or checks would queue up before the next one."""
        if self._busy is not None:
            return
        for name, station in self.stations.items():
            if station.linked:
                station.worker.submit(partial(_ask_health, name, station, self._board))

    def _start(self, station: Station, work: Callable[[], Operation], actor: Actor) -> None:
        with self._lock:
            if self._busy is not None:
                raise RefusalError("payment_running")
            self._busy = station
        try:
            station.worker.submit(lambda: self._run(work, actor))
        except WorkerBusyError as error:
            self._end()
            raise RefusalError("device_busy") from error

    def _run(self, work: Callable[[], Operation], actor: Actor) -> None:
        try:
            operation = work()
        except RefusalError as refusal:
            self._end()
            self._counter.tell(Refused(refusal.rule))
            return
        except BaseException:
            self._end()
            raise
        self._end()
        self._counter.tell(PaymentFinished(operation))
        self._finished(operation, actor)

    def _end(self) -> None:
        self._context = None
        self._busy = None

    def _opener(self, station: Station) -> MakeContext:
        def open_context(operation: Operation, record: Record) -> CounterContext:
            print_slip = partial(self._print_slip, operation.prepared.sale_id)
            self._context = station.open_context(self._counter.tell, record, print_slip)
            return self._context

        return open_context


def _ask_health(name: str, station: Station, board: StatusBoard) -> None:
    health = station.device.check_health(station.open_context(_ignore, refuse_commit, no_slip))
    bad = DeviceStatus(Light.BAD, health.reason or "terminal_not_ready")
    board.set_terminal(name, GOOD if health.ready else bad)


def _ignore(_: Notice) -> None:
    """A health check tells the status board, not the payment panel."""


def refuse_commit(_: Approved | Declined) -> None:
    """For jobs that charge nothing."""
    raise AssertionError("an inquiry reports nothing: its answer is recorded by the service")
