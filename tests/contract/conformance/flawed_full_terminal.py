"""The driver of the full terminal with one fault planted in its voids, refunds or daily log at a time."""

from collections.abc import Callable
from enum import StrEnum

from docs.examples.line_terminal import Words
from drivers.payment import api
from drivers.transport import OpenLine
from tests.contract.conformance.full_terminal import FullDriver


class FurtherFlaw(StrEnum):
    """What the author got wrong."""

    NOTHING = "nothing"
    VOID_SENT_TWICE = "sends a void again after silence"
    REFUND_SENT_TWICE = "sends a refund again after silence"
    VOIDS_THE_LAST = "voids the last sale, whichever was asked for"
    ACCEPTS_ANOTHER_VOID = "accepts the void of another sale"
    REFUND_ON_TRUST = "reports a refund approved that it did not hear of"
    UNKNOWN_VOID_AS_DECLINED = "reports an unknown void as declined"
    REFUNDS_BY_CHARGING = "refunds with the command for a sale"
    NEVER_SURE_OF_A_VOID = "never says that a void is approved"
    INQUIRY_FORGETS_VOIDS = "takes every void it is asked about for not made"
    SETTLES_AGAIN = "settles again after silence"
    SILENCE_AS_OPEN = "takes silence for a day not settled"
    REPORT_CLOSES = "closes the day for a report"
    TOTALS_FROM_MEMORY = "tells totals of its own"
    LOG_NEVER_READ = "never reads the daily log"


class FlawedFullDriver(FullDriver):
    """``flaw`` in an otherwise sound driver."""

    def __init__(self, open_line: OpenLine, flaw: FurtherFlaw) -> None:
        super().__init__(open_line)
        self._flaw = flaw

    def reverse(
        self, request: api.AuthorizationRequest, context: api.PaymentContext, command: list[str]
    ) -> api.AuthorizationOutcome:
        is_void = command[0] == "VOID"
        if self._flaw is FurtherFlaw.VOIDS_THE_LAST and is_void:
            command = [*command[:3], "0002"]
        if self._flaw is FurtherFlaw.REFUNDS_BY_CHARGING and not is_void:
            command = ["SALE", *command[1:]]
        outcome = super().reverse(request, context, command)
        if self._flaw is FurtherFlaw.NEVER_SURE_OF_A_VOID and is_void:
            return api.OutcomeUnknown(api.UnknownReason.MISMATCH)
        if isinstance(outcome, api.OutcomeUnknown):
            if self._flaw is FurtherFlaw.UNKNOWN_VOID_AS_DECLINED and is_void:
                return api.Declined(api.DeclineReason.NETWORK, "")
            if self._flaw is FurtherFlaw.REFUND_ON_TRUST and not is_void:
                return self._trusted(request, context)
        return outcome

    def is_of(self, request: api.AuthorizationRequest, command: list[str], slip: str) -> bool:
        return self._flaw is FurtherFlaw.ACCEPTS_ANOTHER_VOID or super().is_of(request, command, slip)

    def silence(
        self, line: Words, request: api.AuthorizationRequest, context: api.PaymentContext, command: list[str]
    ) -> api.AuthorizationOutcome:
        again = {"VOID": FurtherFlaw.VOID_SENT_TWICE, "BACK": FurtherFlaw.REFUND_SENT_TWICE}
        if self._flaw is again.get(command[0]) and not command[1].endswith("-2"):
            return self.converse(line, request, context, [command[0], f"{command[1]}-2", *command[2:]])
        return super().silence(line, request, context, command)

    def query_last_transaction(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.InquiryOutcome:
        is_void = request.transaction_type is api.TransactionType.VOID
        if self._flaw is FurtherFlaw.INQUIRY_FORGETS_VOIDS and is_void:
            return api.NotCharged("no such sale")
        return super().query_last_transaction(request, context)

    def access_daily_log(self, kind: api.DailyLogKind, context: api.PaymentContext) -> api.DailyLogOutcome:
        if self._flaw is FurtherFlaw.REPORT_CLOSES:
            kind = api.DailyLogKind.SETTLEMENT
        outcome = super().access_daily_log(kind, context)
        if self._flaw is FurtherFlaw.LOG_NEVER_READ:
            return api.LogUnavailable(api.UnknownReason.UNANSWERED, settled_unknown=True)
        if isinstance(outcome, api.DailyLog):
            is_own = self._flaw is FurtherFlaw.TOTALS_FROM_MEMORY
            return api.DailyLog((), outcome.settled) if is_own else outcome
        if self._flaw is FurtherFlaw.SILENCE_AS_OPEN:
            return api.LogUnavailable(outcome.reason)
        return self._settle_again(context) if self._flaw is FurtherFlaw.SETTLES_AGAIN else outcome

    def _settle_again(self, context: api.PaymentContext) -> api.DailyLogOutcome:
        Words(self._open_line(), context).say("CLOSE", "day-2")
        return api.LogUnavailable(api.UnknownReason.SILENCE, settled_unknown=True)

    def _trusted(self, request: api.AuthorizationRequest, context: api.PaymentContext) -> api.AuthorizationOutcome:
        approved = api.Approved(request.amount_yen, request.media, brand="", approval_code="", slip_number="9999")
        context.commit(approved)
        return approved


def make(flaw: FurtherFlaw) -> Callable[[OpenLine], FlawedFullDriver]:
    """A maker of drivers with that flaw."""
    return lambda open_line: FlawedFullDriver(open_line, flaw)
