"""The worked driver with one fault planted in it at a time."""

from collections.abc import Callable
from enum import StrEnum

from docs.examples.line_terminal import ANSWER_S_MAX, SALE_S_MAX, LineTerminal, Words, approved_of
from drivers.context import Wake
from drivers.errors import DeviceError, NotDurableError
from drivers.payment import api
from drivers.transport import OpenLine

AT_ONCE_S = 0.1


class Flaw(StrEnum):
    """What the author got wrong."""

    NOTHING = "nothing"
    RETRIES_AFTER_SILENCE = "retries a charge after silence"
    IGNORES_ECHOED_AMOUNT = "ignores the echoed amount"
    UNKNOWN_AS_DECLINED = "reports unknown as declined"
    SILENCE_AS_NOT_SENT = "reports silence as not sent"
    ACKNOWLEDGES_FIRST = "acknowledges before the commit"
    SWALLOWS_NOT_DURABLE = "swallows NotDurableError"
    FORGETS_COMMIT = "never commits"
    RAISES = "raises after the first byte"
    INQUIRY_CHARGES = "inquiry charges again"
    INQUIRY_GUESSES = "inquiry takes silence for not charged"
    TAKES_PREVIOUS = "takes the previous sale for its own"
    CANCEL_AS_OUTCOME = "treats a cancel as an outcome"
    OWES_AN_APPROVAL = "gives a lost approval to the next sale"
    OPENS_EARLY = "opens its line when it is made"
    WAITS_IN_LINE = "waits in the line"
    NEVER_GIVES_UP = "waits for ever"
    ALWAYS_UNSURE = "never says approved"


class FlawedTerminal(LineTerminal):
    """``flaw`` in an otherwise sound driver."""

    def __init__(self, open_line: OpenLine, flaw: Flaw) -> None:
        super().__init__(open_line)
        self._flaw = flaw
        self._owed = False
        if flaw is Flaw.OPENS_EARLY:
            open_line().close()

    def authorize_sales(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        if self._owed:
            approved = approved_of(request, str(request.amount_yen), "9999")
            assert approved is not None
            context.commit(approved)
            return approved
        opened = self._open_line()
        line = Words(opened, context)
        try:
            if self._flaw is Flaw.WAITS_IN_LINE:
                opened.read(ANSWER_S_MAX)
            outcome = self._charge(line, request, context)
        except NotDurableError:
            outcome = api.OutcomeUnknown(api.UnknownReason.NOT_DURABLE)
        except DeviceError:
            if self._flaw is Flaw.RAISES:
                raise
            outcome = api.OutcomeUnknown(api.UnknownReason.LINE_LOST)
        finally:
            line.close()
        if isinstance(outcome, api.OutcomeUnknown):
            self._owed = self._flaw is Flaw.OWES_AN_APPROVAL
            if self._flaw is Flaw.UNKNOWN_AS_DECLINED:
                return api.Declined(api.DeclineReason.NETWORK, "")
        return outcome

    def query_last_transaction(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.InquiryOutcome:
        if self._flaw is Flaw.INQUIRY_CHARGES:
            again = self._charge(Words(self._open_line(), context), request, context, ref="again")
            if isinstance(again, api.Approved):
                return again
        answered = super().query_last_transaction(request, context)
        if self._flaw is Flaw.INQUIRY_GUESSES and not isinstance(answered, api.Approved):
            return api.NotCharged("no answer")
        return answered

    def _charge(
        self, line: Words, request: api.AuthorizationRequest, context: api.PaymentContext, ref: str = ""
    ) -> api.AuthorizationOutcome:
        ref = ref or request.operation_id
        line.say("SALE", ref, str(request.amount_yen))
        while True:
            heard = self._hear(line, ref, context)
            match heard:
                case ["SOLD", _, yen, slip]:
                    told = str(request.amount_yen) if self._flaw is Flaw.IGNORES_ECHOED_AMOUNT else yen
                    return self._approve(line, approved_of(request, told, slip), ref, context)
                case ["NO", _, reason]:
                    return api.Declined(api.DeclineReason.CARD_REFUSED, reason)
                case Wake.CANCEL:
                    line.say("STOP", ref)
                    if self._flaw is Flaw.CANCEL_AS_OUTCOME:
                        return api.Declined(api.DeclineReason.CANCELED, "")
                case Wake.TIMED_OUT if self._flaw is Flaw.RETRIES_AFTER_SILENCE and ref == request.operation_id:
                    return self._charge(line, request, context, ref=f"{ref}-2")
                case Wake.TIMED_OUT if self._flaw is Flaw.SILENCE_AS_NOT_SENT:
                    return api.NotSent(api.NotSentReason.NO_ANSWER)
                case Wake.TIMED_OUT if self._flaw is not Flaw.NEVER_GIVES_UP:
                    return api.OutcomeUnknown(api.UnknownReason.SILENCE)

    def _hear(self, line: Words, ref: str, context: api.PaymentContext) -> list[str] | Wake:
        if self._flaw is Flaw.TAKES_PREVIOUS and ref != "op-1":
            heard = line.hear("op-1", context.now_s() + AT_ONCE_S)
            if heard is not Wake.TIMED_OUT:
                return heard
        return line.hear(ref, context.now_s() + SALE_S_MAX)

    def _approve(
        self, line: Words, approved: api.Approved | None, ref: str, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        if approved is None or self._flaw is Flaw.ALWAYS_UNSURE:
            return api.OutcomeUnknown(api.UnknownReason.MISMATCH)
        if self._flaw is Flaw.ACKNOWLEDGES_FIRST:
            line.say("ACK", ref)
        if self._flaw is not Flaw.FORGETS_COMMIT:
            try:
                context.commit(approved)
            except NotDurableError:
                if self._flaw is not Flaw.SWALLOWS_NOT_DURABLE:
                    raise
        line.say("ACK", ref)
        return approved


def make(flaw: Flaw) -> Callable[[OpenLine], FlawedTerminal]:
    """A maker of drivers with that flaw."""
    return lambda open_line: FlawedTerminal(open_line, flaw)
