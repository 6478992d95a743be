"""A card terminal that speaks the POS Integrado dialect. Owns its line; refuses to wait outside its context."""

from dataclasses import dataclass, field

from drivers.errors import DeviceError, PortBusyError, PortMissingError, ProtocolError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Baseline,
    BrandTotal,
    Capabilities,
    DailyLog,
    DailyLogKind,
    DailyLogOutcome,
    Declined,
    DeclineReason,
    Health,
    InquiryOutcome,
    LogUnavailable,
    Media,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    PaymentContext,
    Phase,
    TransactionType,
    UnknownReason,
)
from drivers.payment.stxlrc import protocol
from drivers.payment.stxlrc.charge import Charge
from drivers.payment.stxlrc.inquiry import baseline_of, judge, judge_sale, judge_void, steps_after
from drivers.payment.stxlrc.link import CanceledError, LineSilentError, Link, Timers
from drivers.payment.stxlrc.protocol import Refused, SaleRecord
from drivers.payment.stxlrc.results import APPROVED, NO_SALE, NOTHING_TO_VOID
from drivers.transport import OpenLine


@dataclass(frozen=True, slots=True)
class StxLrcSettings:
    """One terminal."""

    media: frozenset[Media] = frozenset({Media.CREDIT})
    timers: Timers = field(default_factory=Timers)


class StxLrcTerminal:
    """A PaymentDevice. Opens its line when first needed, keeps it, opens it anew after a loss."""

    def __init__(self, open_line: OpenLine, settings: StxLrcSettings | None = None) -> None:
        self._open_line = open_line
        self._settings = settings or StxLrcSettings()
        self._link: Link | None = None
        self._terminal_id = ""
        self._baseline: Baseline | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            media=self._settings.media, can_inquire=True, can_cancel=False, can_void=True, can_daily_log=True
        )

    def close(self) -> None:
        """Close the line; the next call opens it again."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Charge once; see ``charge`` for every decision about money."""
        if request.media not in self._settings.media or not 0 < request.amount_yen <= protocol.AMOUNT_MAX:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        context.show(Phase.CONNECTING)
        try:
            link = self._reach(context)
        except DeviceError as error:
            self.close()
            return NotSent(_reason_not_sent(error))
        command = protocol.sale(request.amount_yen, protocol.ticket_of(request.sequence_number))
        charge = Charge(
            link,
            context,
            command,
            protocol.SALE_REPLY,
            lambda message: judge_sale(request, protocol.read_sale(message), self._terminal_id),
            self._settings.timers,
        )
        outcome = self._run(charge)
        if isinstance(outcome, Approved):
            self._terminal_id = outcome.terminal_id or self._terminal_id
            self._baseline = _baseline_after(request, outcome)
        elif isinstance(outcome, OutcomeUnknown):
            self._baseline = None
        return outcome

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """1200 for the original, which must still be in the terminal's memory with the same amount and approval."""
        original = request.original
        if original is None or not (original.slip_number.isascii() and original.slip_number.isdecimal()):
            return NotSent(NotSentReason.NOT_SUPPORTED)
        context.show(Phase.CONNECTING)
        try:
            link = self._reach(context)
            sales = _sales(link, context)
        except DeviceError as error:
            self.close()
            return NotSent(_reason_not_sent(error))
        found = _original_among(sales, request)
        if found is None:
            return Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, NOTHING_TO_VOID)
        charge = Charge(
            link,
            context,
            protocol.void(found.operation_number),
            protocol.VOID_REPLY,
            lambda message: judge_void(request, found, protocol.read_void(message)),
            self._settings.timers,
        )
        self._baseline = None  # the last sale may be gone from the terminal's memory
        return self._run(charge)

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Not in this dialect: money goes back by void on the same day, or by transfer."""
        return NotSent(NotSentReason.NOT_SUPPORTED)

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """0260 and 0700, which must agree; for SETTLEMENT then 0500."""
        context.show(Phase.CONNECTING)
        try:
            link = self._reach(context)
            context.show(Phase.PROCESSING)
            log = _daily_log(link, context)
        except DeviceError as error:
            self.close()
            return LogUnavailable(_reason_not_sent(error))
        if log is None:
            return LogUnavailable(UnknownReason.MISMATCH)
        return log if kind is DailyLogKind.REPORTING else self._settle(link, context, log)

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Open the line anew, wait until the terminal is idle, and read its last sale.

        A void in doubt is left to a person: no question of this dialect tells whether a sale was voided.
        """
        if request.transaction_type is not TransactionType.SALES:
            return OutcomeUnknown(UnknownReason.UNANSWERED)
        context.show(Phase.INQUIRING)
        self.close()
        self._baseline = None
        try:
            last = self._last_sale(context, context.now_s() + self._settings.timers.inquiry_s_max)
        except DeviceError:
            self.close()
            return OutcomeUnknown(UnknownReason.UNANSWERED)
        return judge(request, self._terminal_id, last)

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """The last sale, asked for only when nothing is known of it: some terminals print when asked."""
        if self._baseline is None:
            try:
                self._last_sale(context, context.now_s())
            except DeviceError:
                self.close()
        return self._baseline

    def check_health(self, context: PaymentContext) -> Health:
        """0100."""
        try:
            self._reach(context)
        except DeviceError as error:
            self.close()
            return Health(ready=False, detail=str(error), terminal_id=self._terminal_id)
        return Health(ready=True, detail="ready", terminal_id=self._terminal_id)

    def _run(self, charge: Charge) -> AuthorizationOutcome:
        outcome = charge.run()
        if not charge.in_step:
            self.close()
        return outcome

    def _settle(self, link: Link, context: PaymentContext, log: DailyLog) -> DailyLogOutcome:
        self._baseline = None
        timers = self._settings.timers
        context.show(Phase.FINISHING)
        try:
            link.send(protocol.close())  # once: a second close would print and report an empty day
            reply = link.next_reply(context, protocol.CLOSE_REPLY, timers.ack_s, timers.close_s)
            if reply is None:
                raise LineSilentError("the terminal did not tell how its close went")
            settled = protocol.read_close(reply) == APPROVED
            link.take(reply)
        except CanceledError:
            self.close()
            return LogUnavailable(UnknownReason.UNANSWERED, settled_unknown=True)
        except DeviceError as error:
            self.close()
            return LogUnavailable(_reason_unknown(error), settled_unknown=True)
        return DailyLog(log.totals, settled, log.entries)

    def _last_sale(self, context: PaymentContext, until_s: float) -> SaleRecord | None:
        """None when the terminal's memory is empty; remembers it as the baseline. Raises DeviceError."""
        link = self._reach(context, until_s=until_s)
        reply = protocol.read_sale(link.ask(context, protocol.last_sale(), protocol.LAST_SALE_REPLY, twice=True))
        if isinstance(reply, Refused) and reply.code != NO_SALE:
            raise ProtocolError(f"the terminal refuses to tell its last sale: {reply.code}")
        self._terminal_id = reply.terminal_id or self._terminal_id
        last = None if isinstance(reply, Refused) else reply
        self._baseline = baseline_of(self._terminal_id, last)
        return last

    def _reach(self, context: PaymentContext, *, until_s: float = 0.0) -> Link:
        """A quiet line to a terminal that answers 0100, which is asked until ``until_s``. Raises DeviceError."""
        if self._link is not None:
            try:
                self._link.drain(context)
                self._link.poll(context, protocol.poll())
                return self._link
            except CanceledError:
                raise
            except LineSilentError:
                self.close()
                if context.now_s() >= until_s:
                    raise
            except DeviceError:
                self.close()  # lost since the last call: open it once more
        while True:
            link = Link(self._open_line(), self._settings.timers)
            try:
                link.drain(context)
                link.poll(context, protocol.poll())
                self._link = link
                return link
            except LineSilentError:
                link.close()
                if context.now_s() >= until_s:
                    raise
            except BaseException:
                link.close()
                raise


def _sales(link: Link, context: PaymentContext) -> tuple[SaleRecord, ...]:
    """Every sale in the terminal's memory. Raises DeviceError."""
    sales = []
    for row in link.rows(context, protocol.details(), protocol.DETAILS_REPLY):
        record = protocol.read_detail(row)
        if record is None:
            break
        sales.append(record)
    return tuple(sales)


def _original_among(sales: tuple[SaleRecord, ...], request: AuthorizationRequest) -> SaleRecord | None:
    original = request.original
    if original is None:
        return None
    for sale in sales:
        if (
            int(sale.operation_number) == int(original.slip_number)
            and sale.amount_yen == request.amount_yen
            and original.approval_code in ("", sale.approval_code)
            and original.transaction_number in ("", sale.ticket)
        ):
            return sale
    return None


def _daily_log(link: Link, context: PaymentContext) -> DailyLog | None:
    """None when the list and the totals disagree. Raises DeviceError."""
    sales = _sales(link, context)
    told = protocol.read_totals(link.ask(context, protocol.totals(), protocol.TOTALS_REPLY))
    if told is None or (told.count, told.amount_yen) != (len(sales), sum(sale.amount_yen for sale in sales)):
        return None
    brands = sorted({sale.brand for sale in sales})
    totals = tuple(_brand_total(brand, [sale.amount_yen for sale in sales if sale.brand == brand]) for brand in brands)
    return DailyLog(totals, settled=False, entries=tuple(_entry(sale) for sale in sales))


def _brand_total(brand: str, amounts_yen: list[int]) -> BrandTotal:
    return BrandTotal(brand, len(amounts_yen), sum(amounts_yen))


def _entry(sale: SaleRecord) -> Approved:
    return Approved(
        amount_yen=sale.amount_yen,
        media=Media.CREDIT,
        brand=sale.brand,
        approval_code=sale.approval_code,
        slip_number=sale.operation_number,
        card_last4=sale.card_last4,
        terminal_id=sale.terminal_id,
        transaction_number=sale.ticket,
        transacted_at=sale.transacted_at,
    )


def _baseline_after(request: AuthorizationRequest, outcome: Approved) -> Baseline | None:
    """What is known after an approval; None when its number is not the next one: then the terminal is asked."""
    if request.baseline is None or steps_after(request.baseline, outcome.slip_number) != 1:
        return None
    return Baseline(outcome.terminal_id, outcome.slip_number, outcome.transaction_number)


def _reason_not_sent(error: DeviceError) -> NotSentReason:
    match error:
        case PortMissingError():
            return NotSentReason.PORT_MISSING
        case PortBusyError():
            return NotSentReason.PORT_BUSY
        case CanceledError():
            return NotSentReason.CANCELED
        case _:
            return NotSentReason.NO_ANSWER


def _reason_unknown(error: DeviceError) -> UnknownReason:
    match error:
        case LineSilentError():
            return UnknownReason.SILENCE
        case ProtocolError():
            return UnknownReason.PROTOCOL
        case _:
            return UnknownReason.LINE_LOST
