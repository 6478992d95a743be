"""A charge under test: what was said of it against the terminal's book. Owns the judgment of sales; refuses to mend."""

from dataclasses import dataclass

from drivers.conformance.checks import Check
from drivers.conformance.outcomes import inquire_twice, judge_clean, judge_commits, judge_refusal, judge_twice
from drivers.conformance.stage import AMOUNT_YEN, Outcome, Stage, label_of, yen
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    InquiryOutcome,
    NotCharged,
    NotSent,
    OutcomeUnknown,
)


@dataclass(slots=True)
class SaleTrial:
    """Runs once, after one good sale of the same amount."""

    stage: Stage
    _numbers_before: tuple[str, str] = ("", "")

    def run(self) -> str:
        """What was said in the end. Raises BrokenOffError."""
        stage = self.stage
        request = self.begin()
        with stage.under_test():
            outcome = stage.sell(request)
        judge_commits(stage, outcome)
        self._judge_numbers(outcome)
        if stage.settle_first or not isinstance(outcome, OutcomeUnknown):
            stage.let_settle()
            self._judge(outcome)
        label = inquire_twice(stage, request, outcome, self.judge_inquiry)
        stage.sell_next(3)
        return label

    def begin(self) -> AuthorizationRequest:
        """The good sale; and the request for the sale that follows it."""
        self._numbers_before = _numbers(self.stage.sell_before(1)[0])
        return self.stage.request(2)

    def _judge(self, outcome: AuthorizationOutcome) -> None:
        """What was said against what is booked, on a terminal at rest."""
        stage, booked = self.stage, self._booked()
        judge_clean(stage, outcome, Check.CLEAN_SALE)
        if len(booked) > 1:
            self._judge_twice(outcome)
            return
        match outcome:
            case Approved():
                if booked != (AMOUNT_YEN,) or outcome.amount_yen != AMOUNT_YEN:
                    stage.report(Check.APPROVED_IS_BOOKED, f"approved, and the book has {yen(booked)}")
            case Declined() if booked:
                judge_refusal(stage, outcome, Check.DECLINED_IS_UNBOOKED, yen(booked))
            case NotSent() if booked:
                judge_refusal(stage, outcome, Check.NOT_SENT_IS_UNBOOKED, yen(booked))
            case _:
                pass

    def judge_inquiry(self, answered: InquiryOutcome) -> None:
        """What an inquiry said against what is booked, on a terminal at rest."""
        self._judge_numbers(answered)
        booked = self._booked()
        if len(booked) > 1:
            self._judge_twice(answered)
            return
        denied = isinstance(answered, NotCharged) and booked
        invented = isinstance(answered, Approved) and booked != (AMOUNT_YEN,)
        if denied or invented:
            detail = f"the inquiry said {label_of(answered)}, the book has {yen(booked)}"
            self.stage.report(Check.INQUIRY_AGREES, detail)

    def _judge_twice(self, told: Outcome) -> None:
        is_unknown = isinstance(told, OutcomeUnknown)
        judge_twice(self.stage, label_of(told), is_unknown, Check.CHARGED_ONCE)

    def _judge_numbers(self, outcome: Outcome) -> None:
        if isinstance(outcome, Approved) and any(self._numbers_before) and _numbers(outcome) == self._numbers_before:
            self.stage.report(Check.APPROVED_IS_ITS_OWN, "the approval carries the numbers of the sale before")

    def _booked(self) -> tuple[int, ...]:
        """What has been booked since the good sale."""
        return self.stage.sales()[1:]


@dataclass(slots=True)
class InquiryTrial:
    """Runs once: the fault strikes while the driver asks what became of a sale that went wrong before."""

    stage: Stage

    def run(self) -> str:
        """What was said in the end. Raises BrokenOffError."""
        stage, sale = self.stage, SaleTrial(self.stage)
        request = sale.begin()
        stage.sell(request)
        stage.let_settle()
        with stage.under_test():
            first = stage.inquire_once(request, at_rest=True)
        stage.let_settle()
        for answered in (first, stage.inquire_once(request, at_rest=True)):
            sale.judge_inquiry(answered)
        stage.sell_next(3)
        return label_of(first)


def _numbers(approved: Approved) -> tuple[str, str]:
    return approved.slip_number, approved.transaction_number
