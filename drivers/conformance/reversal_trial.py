"""A void or refund under test: what was said of it against the terminal's book. Owns that judgment; refuses to mend."""

from dataclasses import dataclass, replace

from drivers.conformance.adapter import Operation, Reversal
from drivers.conformance.checks import Check
from drivers.conformance.outcomes import inquire_twice, judge_clean, judge_commits, judge_refusal, judge_twice
from drivers.conformance.stage import AMOUNT_YEN, Outcome, Stage, label_of
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    InquiryOutcome,
    NotCharged,
    NotSent,
    Original,
    OutcomeUnknown,
    TransactionType,
)

SALES_BEFORE = 2
"""Of the same amount; the first is taken back, so that a driver which only knows the last sale is found out."""
TAKEN_BACK = 1
"""The first sale that the terminal ever booked."""
TYPES = {Operation.VOID: TransactionType.VOID, Operation.REFUND: TransactionType.REFUND}


@dataclass(slots=True)
class ReversalTrial:
    """Runs once, after two good sales."""

    stage: Stage

    def run(self) -> str:
        """What was said in the end. Raises BrokenOffError."""
        stage = self.stage
        request = self._request(stage.sell_before(SALES_BEFORE)[0])
        with stage.under_test():
            outcome = self._reverse(request)
        judge_commits(stage, outcome)
        if stage.settle_first or not isinstance(outcome, OutcomeUnknown):
            stage.let_settle()
            self._judge(outcome)
        label = inquire_twice(stage, request, outcome, self._judge_inquiry)
        self._judge_sales()
        stage.sell_next(SALES_BEFORE + 2)
        return label

    def _request(self, sale: Approved) -> AuthorizationRequest:
        original = Original(sale.slip_number, sale.approval_code, sale.transaction_number, sale.terminal_id, sale.brand)
        charge = self.stage.request(SALES_BEFORE + 1)
        return replace(charge, transaction_type=TYPES[self.stage.operation], original=original)

    def _reverse(self, request: AuthorizationRequest) -> AuthorizationOutcome:
        device = self.stage.device
        is_void = self.stage.operation is Operation.VOID
        method = device.authorize_void if is_void else device.authorize_refund
        return self.stage.call(lambda context: method(request, context))

    def _judge(self, outcome: AuthorizationOutcome) -> None:
        """What was said against what is booked, on a terminal at rest."""
        stage, booked = self.stage, self.stage.reversals()
        judge_clean(stage, outcome, Check.CLEAN_REVERSAL)
        match outcome:
            case _ if len(booked) > 1:
                self._judge_twice(outcome)
            case Approved():
                self._judge_approved(outcome, booked)
            case Declined() | NotSent() if booked:
                judge_refusal(stage, outcome, Check.REFUSED_REVERSAL_IS_UNBOOKED, _told(booked))
            case _:
                pass

    def _judge_approved(self, approved: Approved, booked: tuple[Reversal, ...]) -> None:
        told = f"approved, and the book has {_told(booked)}"
        if approved.amount_yen != AMOUNT_YEN or [(one.operation, one.amount_yen) for one in booked] != [
            (self.stage.operation, AMOUNT_YEN)
        ]:
            self.stage.report(Check.REVERSAL_IS_BOOKED, told)
        elif not self._is_of_its_sale(booked[0]):
            self.stage.report(Check.VOID_IS_OF_ITS_SALE, told)

    def _judge_inquiry(self, answered: InquiryOutcome) -> None:
        booked = self.stage.reversals()
        if len(booked) > 1:
            self._judge_twice(answered)
            return
        fits = [one.amount_yen for one in booked] == [AMOUNT_YEN] and self._is_of_its_sale(booked[0])
        denied = isinstance(answered, NotCharged) and booked
        if denied or (isinstance(answered, Approved) and not fits):
            detail = f"the inquiry said {label_of(answered)}, the book has {_told(booked)}"
            self.stage.report(Check.INQUIRY_AGREES, detail)

    def _judge_twice(self, told: Outcome) -> None:
        is_unknown = isinstance(told, OutcomeUnknown)
        judge_twice(self.stage, label_of(told), is_unknown, Check.REVERSED_ONCE)

    def _judge_sales(self) -> None:
        """Of the two sales those stand that no void has taken back, and no third has come."""
        voids = sum(one.operation is Operation.VOID for one in self.stage.reversals())
        standing = len(self.stage.sales())
        if standing > SALES_BEFORE - voids:
            self.stage.report(Check.REVERSAL_CHARGES_NOTHING, f"{standing} sales stand after {voids} voids of two")

    def _is_of_its_sale(self, reversal: Reversal) -> bool:
        return self.stage.operation is Operation.REFUND or reversal.sale == TAKEN_BACK


def _told(booked: tuple[Reversal, ...]) -> str:
    """What the book has, for people."""
    told = [f"{one.operation} {one.amount_yen} yen" + f" of sale {one.sale}" * bool(one.sale) for one in booked]
    return " + ".join(told) or "nothing"
