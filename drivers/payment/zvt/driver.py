"""A card terminal that speaks ZVT. Owns its line and registration; refuses to wait outside its context."""

from dataclasses import dataclass, field, replace

from drivers.errors import DeviceError, PortBusyError, PortMissingError
from drivers.payment.api import (
    AuthorizationOutcome,
    AuthorizationRequest,
    Baseline,
    Capabilities,
    DailyLogKind,
    DailyLogOutcome,
    Diagnosis,
    Health,
    InquiryOutcome,
    LogUnavailable,
    Media,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    PaymentContext,
    Phase,
    SlipCopy,
    TransactionType,
    UnknownReason,
)
from drivers.payment.zvt import protocol
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.charge import BUSY_TRIES_MAX, Charge
from drivers.payment.zvt.dialogue import CanceledError, Finished, RefusedError, run, run_when_idle
from drivers.payment.zvt.inquiry import NothingYet, baseline_of, judge
from drivers.payment.zvt.link import Framing, LineSilentError, Link, Timers
from drivers.payment.zvt.protocol import Status
from drivers.payment.zvt.results import RESULT_NOTHING_TO_REPEAT, decline_reason
from drivers.payment.zvt.settlement import Settlement
from drivers.payment.zvt.slips import CHARACTER_SETS, Slips
from drivers.transport import OpenLine

STATE_READY = 0x00


@dataclass(frozen=True, slots=True)
class ZvtSettings:
    """One terminal. ``password`` is the terminal's six-digit ECR password."""

    password: str = field(default="000000", repr=False)
    media: frozenset[Media] = frozenset({Media.CREDIT})
    timers: Timers = field(default_factory=Timers)
    framing: Framing = Framing.SERIAL
    mirrors_receipt: bool = False
    """Name the last known receipt number in each charge (TLV 1F1F): some terminals settle an unconfirmed one by it."""
    prints_here: bool = False
    """The terminal has no printer: its receipts come to the counter's."""
    character_set: str = "cp437"
    """Of its receipts: a key of CHARACTER_SETS."""

    def slips(self, unsaid: SlipCopy = SlipCopy.UNSAID) -> Slips:
        """What collects one command's print lines."""
        return Slips(self.character_set if self.prints_here else None, unsaid)

    def __post_init__(self) -> None:
        protocol.registration(self.password)  # a malformed password is refused here, not at the counter
        if self.character_set not in CHARACTER_SETS:
            raise ValueError(f"character_set {self.character_set!r}: write one of {', '.join(CHARACTER_SETS)}")


class ZvtTerminal:
    """A PaymentDevice. Opens its line when first needed, keeps it, opens it anew after a loss."""

    def __init__(self, open_line: OpenLine, settings: ZvtSettings | None = None) -> None:
        self._open_line = open_line
        self._settings = settings or ZvtSettings()
        self._link: Link | None = None
        self._terminal_id = ""
        self._baseline: Baseline | None = None
        self._used_s = 0.0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            media=self._settings.media, can_inquire=True, can_void=True, can_refund=True, can_daily_log=True
        )

    def close(self) -> None:
        """Close the line; the next call opens it again."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Charge once; see ``charge`` for every decision about money."""
        return self._authorize(replace(request, transaction_type=TransactionType.SALES), context)

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """06 30 by the original's receipt number; NOT_SUPPORTED without one, or when another terminal made it."""
        return self._authorize(replace(request, transaction_type=TransactionType.VOID), context)

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """06 31: the terminal gives the amount to the card that is put in, whichever it is."""
        return self._authorize(replace(request, transaction_type=TransactionType.REFUND), context)

    def _authorize(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        if request.media not in self._settings.media:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        context.show(Phase.CONNECTING)
        try:
            busy_s = BUSY_TRIES_MAX * self._settings.timers.busy_pause_s
            until_s = context.now_s() + busy_s
            self._connect(context, until_s=until_s)
            mirrored = self._mirrored_slip(context, until_s) if self._settings.mirrors_receipt else ""
            link = self._connect(context, until_s=until_s)
        except DeviceError as error:
            self.close()
            return NotSent(_reason_not_sent(error))
        command = _command(self._settings, request, terminal_id=self._terminal_id, known=mirrored)
        if command is None:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        charge = Charge(
            link, context, request, command, self._settings.timers, self._terminal_id, self._settings.slips()
        )
        outcome = charge.run()
        self._used_s = context.now_s()
        if not charge.in_step:
            self.close()
        if not isinstance(outcome, NotSent):
            # a decline without numbers may have moved the terminal's counters: ask before the next charge
            known = None if isinstance(outcome, OutcomeUnknown) else charge.status
            self._baseline = baseline_of(known, self._terminal_id)
        return outcome

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """06 50, once. The protocol has no report without settling: REPORTING is NOT_SUPPORTED."""
        if kind is not DailyLogKind.SETTLEMENT:
            return LogUnavailable(NotSentReason.NOT_SUPPORTED)
        context.show(Phase.CONNECTING)
        timers = self._settings.timers
        until_s = context.now_s() + BUSY_TRIES_MAX * timers.busy_pause_s
        try:
            link = self._connect(context, until_s=until_s)
        except DeviceError as error:
            self.close()
            return LogUnavailable(_reason_not_sent(error))
        slips = self._settings.slips(SlipCopy.ADMINISTRATION)
        settlement = Settlement(link, timers, self._settings.password, slips)
        context.show(Phase.PROCESSING)
        outcome = settlement.run(context, until_s)
        self._used_s = context.now_s()
        self._baseline = None  # terminals may count anew, or have nothing to repeat, after their end of day
        if not settlement.in_step:
            self.close()
        return outcome

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Open the line anew, wait until the terminal is idle, and read its last transaction."""
        context.show(Phase.INQUIRING)
        self.close()
        self._baseline = None
        until_s = context.now_s() + self._settings.timers.inquiry_s_max
        try:
            status = self._last_transaction(context, until_s)
        except DeviceError:
            self.close()
            return OutcomeUnknown(UnknownReason.UNANSWERED)
        if status is None:
            return OutcomeUnknown(UnknownReason.UNANSWERED)
        outcome = judge(request, status, self._terminal_id)
        self._baseline = baseline_of(status, self._terminal_id)
        return outcome

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """The last transaction, asked for only when nothing is known of it."""
        if self._baseline is not None:
            return self._baseline
        try:
            status = self._last_transaction(context, context.now_s())
        except DeviceError:
            self.close()
            return None
        self._baseline = baseline_of(status, self._terminal_id)
        return self._baseline

    def check_health(self, context: PaymentContext) -> Health:
        """05 01 on a registered line."""
        try:
            link = self._connect(context, until_s=context.now_s())
            finished = run(link, context, protocol.status_enquiry(self._settings.password), self._settings.timers)
            self._used_s = context.now_s()
        except RefusedError as refused:
            detail = "busy" if refused.is_busy else str(refused)
            return Health(ready=False, detail=detail, terminal_id=self._terminal_id, busy=refused.is_busy)
        except DeviceError as error:
            self.close()
            return Health(ready=False, detail=str(error), terminal_id=self._terminal_id)
        state = protocol.read_terminal_state(finished.final)
        ready = _is_ready(finished)
        detail = "ready" if ready else "not ready" if state is None else f"state {state:02X}"
        return Health(ready=ready, detail=detail, terminal_id=self._terminal_id)

    def diagnose(self, context: PaymentContext) -> Diagnosis:
        """06 70, once, on a terminal that is idle."""
        health = self.check_health(context)
        if not health.ready:
            reason = NotSentReason.TERMINAL_BUSY if health.busy else NotSentReason.NO_ANSWER
            return Diagnosis(passed=False, reason=reason)
        settings = self._settings
        try:
            link = self._connect(context, until_s=context.now_s())
            command = protocol.diagnosis(settings.password)
            finished = run(link, context, command, settings.timers, repeat_on_silence=False)
        except RefusedError as refused:
            return _failed(refused.code)
        except DeviceError:
            self.close()
            return Diagnosis(passed=False, reason=UnknownReason.UNANSWERED)
        self._used_s = context.now_s()
        self._baseline = None  # what it sent to its host meanwhile may have moved its counters
        return Diagnosis(passed=True) if finished.is_complete else _failed(protocol.read_result(finished.final))

    def _last_transaction(self, context: PaymentContext, until_s: float) -> Status | NothingYet | None:
        """None when the terminal will not tell. Raises DeviceError."""
        timers = self._settings.timers
        link = self._connect(context, until_s=until_s)
        try:
            if not _is_ready(
                run_when_idle(link, context, protocol.status_enquiry(self._settings.password), timers, until_s)
            ):
                return None
            command = protocol.repeat_receipt(self._settings.password)
            finished = run_when_idle(link, context, command, timers, until_s)
        except RefusedError:
            return None
        self._used_s = context.now_s()
        if finished.is_complete:
            return finished.status
        # it took the command on and then found nothing: a refusal of the command itself would be no such word
        is_nothing = finished.information is None and protocol.read_result(finished.final) == RESULT_NOTHING_TO_REPEAT
        return NothingYet() if is_nothing else None

    def _mirrored_slip(self, context: PaymentContext, until_s: float) -> str:
        """The last receipt number, to be named in the next charge; empty on a terminal that has given none.

        It has to be the terminal's own word: to a charge that names none, or an older one, such a terminal answers by
        taking an unconfirmed sale back, though two people may have found it charged. Raises DeviceError.
        """
        if self._baseline is None:
            status = self._last_transaction(context, until_s)
            self._baseline = baseline_of(status, self._terminal_id)
            if self._baseline is None and not isinstance(status, NothingYet):
                raise LineSilentError("the terminal does not tell its last receipt number")
        return self._baseline.slip_number if self._baseline is not None else ""

    def _connect(self, context: PaymentContext, *, until_s: float) -> Link:
        """A registered line with nothing left on it. Raises DeviceError."""
        timers = self._settings.timers
        if self._link is not None and context.now_s() - self._used_s > timers.idle_s_max:
            self.close()
        if self._link is not None:
            try:
                if self._link.drain(context):
                    return self._link
                raise CanceledError("canceled before anything was sent")
            except CanceledError:
                raise
            except DeviceError:
                self.close()  # lost since the last call: open it once more
        link = Link(self._open_line(), timers, self._settings.framing)
        try:
            if not link.drain(context):
                raise CanceledError("canceled before anything was sent")
            settings = self._settings
            command = protocol.registration(settings.password, prints_here=settings.prints_here)
            finished = run_when_idle(link, context, command, timers, until_s)
            if not finished.is_complete:
                raise LineSilentError("the terminal did not accept the registration")
        except BaseException:
            link.close()
            raise
        self._terminal_id = protocol.read_registered_terminal(finished.final)
        self._link = link
        self._used_s = context.now_s()
        return link


def _command(settings: ZvtSettings, request: AuthorizationRequest, *, terminal_id: str, known: str) -> Apdu | None:
    """None when this terminal cannot be asked for it. ``known``: the receipt number to mirror, or empty."""
    password, amount_yen = settings.password, request.amount_yen
    match request.transaction_type:
        case TransactionType.SALES:
            return protocol.authorization(amount_yen, mirrored_slip=known)
        case TransactionType.VOID:
            original = request.original
            if original is None or not protocol.is_slip_number(original.slip_number):
                return None
            if original.terminal_id not in ("", terminal_id):
                return None  # the same receipt number on another terminal is another citizen's sale
            return protocol.reversal(password, original.slip_number, amount_yen, mirrored_slip=known)
        case TransactionType.REFUND:
            return protocol.refund(password, amount_yen, mirrored_slip=known)


def _failed(result: int | None) -> Diagnosis:
    if result is None:
        return Diagnosis(passed=False, reason=UnknownReason.PROTOCOL)
    return Diagnosis(passed=False, reason=decline_reason(result, we_asked_to_abort=False), result_code=f"{result:02X}")


def _is_ready(finished: Finished) -> bool:
    return finished.is_complete and protocol.read_terminal_state(finished.final) in (None, STATE_READY)


def _reason_not_sent(error: DeviceError) -> NotSentReason:
    match error:
        case PortMissingError():
            return NotSentReason.PORT_MISSING
        case PortBusyError():
            return NotSentReason.PORT_BUSY
        case CanceledError():
            return NotSentReason.CANCELED
        case RefusedError(is_busy=True):
            return NotSentReason.TERMINAL_BUSY
        case _:
            return NotSentReason.NO_ANSWER
