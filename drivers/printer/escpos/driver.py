"""Prints finished bytes on an ESC/POS printer, opens its drawer, and says what is known. Refuses layout and retries.

A job that meets paper out, an open cover, heat or a jam before its first byte is kept until a person has mended it or
gives it up; what happens after the first byte is said in ``job.py``.
"""

from dataclasses import replace

from drivers.context import DeviceContext
from drivers.errors import DeviceError, NotDurableError, PortBusyError, PortMissingError
from drivers.printer.api import (
    UNWATCHED,
    DrawerOutcome,
    Paper,
    PrinterHealth,
    PrintFailed,
    PrintFault,
    PrintJob,
    PrintOutcome,
    PrintUnknown,
    PrintWatch,
    Request,
)
from drivers.printer.escpos.job import AFTER_ENQ, JobRun
from drivers.printer.escpos.link import PrinterLine, unreachable
from drivers.printer.escpos.protocol import (
    ASK_PAPER_IN_ORDER,
    CLEAR,
    DRAWER_BIT,
    JOB_NUMBER_MAX,
    SOUND,
    OrderedStatus,
)
from drivers.printer.escpos.settings import EscposSettings
from drivers.transport import OpenLine

MENDABLE = AFTER_ENQ | {PrintFault.OFFLINE, PrintFault.COVER_OPEN, PrintFault.PAPER_END, PrintFault.OVERHEATED}
"""What somebody at the counter puts right within minutes."""
LOOK_S_MIN, LOOK_S_MAX = 1.0, 5.0
"""How often a printer that stands still is asked: soon at first, so that a reload is noticed; rarely later."""
DRAWER_LOOKS_MAX = 5
DRAWER_LOOK_S = 0.2
"""A drawer's spring has thrown it open within a second."""


class EscposPrinter:
    """A printer behind a line that is opened when first needed and kept open."""

    def __init__(self, open_line: OpenLine, settings: EscposSettings | None = None) -> None:
        self._open_line = open_line
        self._settings = settings or EscposSettings()
        self._line: PrinterLine | None = None
        self._finished_late: list[int] = []
        self._owes_reply = False

    def print(self, job: PrintJob, context: DeviceContext, watch: PrintWatch = UNWATCHED) -> PrintOutcome:
        """Ask, send, wait for the completion. A cancel calls no paper back: it only makes the watch be asked."""
        if not 0 <= job.job_number <= JOB_NUMBER_MAX:
            raise ValueError(f"a job number is 0 to {JOB_NUMBER_MAX}, not {job.job_number}")
        health = self._when_ready(context, watch)
        line = self._line
        if health.fault is not None or line is None:
            return PrintFailed(health.fault or PrintFault.LINE_LOST)
        try:
            watch.begin()
        except NotDurableError:
            return PrintFailed(PrintFault.NOT_RECORDED)
        run = JobRun(
            line,
            job_number=job.job_number,
            data=job.data,
            settings=self._settings,
            paper=health.paper,
            watch=watch,
            context=context,
        )
        outcome = run.run()
        self._owes_reply |= run.owes_reply
        if outcome == PrintUnknown(PrintFault.LINE_LOST):
            self._hang_up()
        return outcome

    def check_health(self, context: DeviceContext) -> PrinterHealth:
        """Four real-time questions; a printer that answers none of them is silent."""
        health = self._health(context)
        self._take_finished()
        late, self._finished_late = tuple(self._finished_late), []
        return replace(health, finished_late=late)

    def open_drawer(self, context: DeviceContext, *, with_sound: bool = False) -> DrawerOutcome:
        """The pulse, then the sensor until it says open. Where the pulse would wait for paper, none is given."""
        settings = self._settings
        if settings.drawer is None:
            return DrawerOutcome(None, PrintFault.NO_DRAWER)
        health = self._health(context)
        if self._line is None or health.paper is Paper.UNKNOWN or (health.fault and not settings.opens_at_once):
            return DrawerOutcome(None, health.fault or PrintFault.LINE_LOST)
        try:
            sound = SOUND if with_sound and settings.sounds and health.fault is None else b""
            if not self._line.say(settings.pulse + sound, context):
                return DrawerOutcome(None, PrintFault.OFFLINE)
            return DrawerOutcome(self._read_drawer(self._line, context))
        except DeviceError:
            self._hang_up()
            return DrawerOutcome(None, PrintFault.LINE_LOST)

    def _read_drawer(self, line: PrinterLine, context: DeviceContext) -> bool | None:
        """Raises DeviceError."""
        if self._settings.drawer_open_bit is None:
            return None
        for _ in range(DRAWER_LOOKS_MAX):
            bits = line.ask_status(1, context)
            if bits is not None and bool(bits & DRAWER_BIT) == self._settings.drawer_open_bit:
                return True
            line.rest(context, DRAWER_LOOK_S)
        return False

    def _when_ready(self, context: DeviceContext, watch: PrintWatch) -> PrinterHealth:
        """The printer's state once nothing stands in a job's way, or when waiting for that is over."""
        ends_s, look_s = context.now_s() + self._settings.fault_patience_s, LOOK_S_MIN
        shown: PrintFault | None = None
        while True:
            health = self._health(context)
            if health.fault is PrintFault.RECOVERABLE:
                self._say(CLEAR, context)  # of an earlier job: it was given up
                health = self._health(context)
            if health.fault is not shown and (health.fault is None or health.fault in MENDABLE):
                shown = health.fault
                watch.waiting(shown)
            if health.fault not in MENDABLE or context.now_s() >= ends_s:
                break
            self._pause(context, look_s)
            match watch.request():
                case Request.GIVE_UP:
                    break
                case Request.RESUME if health.fault in AFTER_ENQ:
                    self._say(CLEAR, context)
                case Request.OPEN_DRAWER if self._settings.opens_at_once:
                    self._say(self._settings.pulse, context)
                case _:
                    look_s = min(look_s * 2, LOOK_S_MAX)
        if health.fault is None and self._owes_reply:
            self._settle_replies(context)
        return health

    def _settle_replies(self, context: DeviceContext) -> None:
        """GS r answers carry no number: let the earlier job's come before this one's is asked for."""
        self._owes_reply = False
        if self._line is None or not self._say(ASK_PAPER_IN_ORDER, context):
            return
        until_s = context.now_s() + self._settings.completion_timeout_s
        came = False
        while context.now_s() < until_s:
            event = self._line.next_event(context, until_s)
            if isinstance(event, OrderedStatus):
                came = True
                until_s = context.now_s() + self._settings.status_timeout_s
        self._owes_reply = not came

    def _health(self, context: DeviceContext) -> PrinterHealth:
        was_open = self._line is not None
        health = self._try_health(context)
        if was_open and health.fault is PrintFault.LINE_LOST:
            health = self._try_health(context)  # unplugged and back since the last job: a fresh line costs nothing
        if self._settings.drawer_open_bit is None:
            return replace(health, drawer_open=None)
        if health.drawer_open is None or self._settings.drawer_open_bit:
            return health
        return replace(health, drawer_open=not health.drawer_open)

    def _try_health(self, context: DeviceContext) -> PrinterHealth:
        try:
            return self._opened().ask_health(context)
        except PortMissingError:
            return unreachable(PrintFault.PORT_MISSING)
        except PortBusyError:
            return unreachable(PrintFault.PORT_BUSY)
        except DeviceError:
            self._hang_up()
            return unreachable(PrintFault.LINE_LOST)

    def _opened(self) -> PrinterLine:
        if self._line is None:
            self._line = PrinterLine(self._open_line(), status_timeout_s=self._settings.status_timeout_s)
        return self._line

    def _say(self, data: bytes, context: DeviceContext) -> bool:
        """A command beside a job; a line that is lost is found out by the next question."""
        try:
            return self._line is not None and self._line.say(data, context)
        except DeviceError:
            self._hang_up()
            return False

    def _pause(self, context: DeviceContext, seconds: float) -> None:
        """Until then, or until somebody wants something."""
        try:
            if self._line is not None:
                self._line.rest(context, seconds)
        except DeviceError:
            self._hang_up()

    def _take_finished(self) -> None:
        if self._line is not None:
            self._finished_late += self._line.finished
            self._line.finished.clear()

    def _hang_up(self) -> None:
        self._take_finished()
        if self._line is not None:
            self._line.close()
            self._line = None
