"""What is judged alike after a sale, void or refund: commits, refusals, doubles, inquiries. Owns those rules alone."""

from collections.abc import Callable

from drivers.conformance.adapter import Scene
from drivers.conformance.checks import Check
from drivers.conformance.faults import FaultKind
from drivers.conformance.stage import Outcome, Stage, label_of
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    InquiryOutcome,
    NotSent,
    OutcomeUnknown,
)

PLAIN_SCENES = (Scene.APPROVE, Scene.DECLINE)


def judge_commits(stage: Stage, outcome: AuthorizationOutcome) -> None:
    """An approval is durable before it is returned, and before the terminal hears that we took it in."""
    commits = stage.bench.commits
    if commits.has_failed:
        if not isinstance(outcome, OutcomeUnknown):
            stage.report(Check.NOT_DURABLE_IS_UNKNOWN, f"the commit failed and the outcome is {label_of(outcome)}")
    elif isinstance(outcome, Approved) and (not commits.results or commits.results[-1] != outcome):
        stage.report(Check.APPROVED_WAS_COMMITTED, "approved without a commit of that approval")
    if stage.scene not in PLAIN_SCENES or stage.fault.kind not in (FaultKind.NONE, FaultKind.COMMIT_FAILS):
        return  # elsewhere the terminal may count an acknowledgment of something older
    heard = [*commits.acknowledged_before, *([commits.acknowledged] if commits.has_failed else [])]
    if any(count > heard[0] for count in heard):
        stage.report(Check.COMMITTED_BEFORE_ACKNOWLEDGED, "the terminal was told before the result was durable")


def judge_clean(stage: Stage, outcome: AuthorizationOutcome, check: Check) -> None:
    """Without a fault the terminal's word is the outcome."""
    wanted = {Scene.APPROVE: Approved, Scene.DECLINE: Declined | NotSent}
    if stage.fault.kind is not FaultKind.NONE or stage.scene not in PLAIN_SCENES:
        return
    if not isinstance(outcome, wanted[Scene(stage.scene)]):
        stage.report(check, f"without a fault {stage.scene} became {label_of(outcome)}")


def judge_refusal(stage: Stage, outcome: Declined | NotSent, check: Check, booked: str) -> None:
    """Declined or NotSent, and the book has something: under a cancel it is the cancel that was taken for an answer."""
    broken = Check.CANCEL_DECIDES_NOTHING if stage.fault.kind is FaultKind.CANCEL else check
    stage.report(broken, f"{label_of(outcome)}, and the book has {booked}")


def judge_twice(stage: Stage, told: object, is_unknown: bool, check: Check) -> None:
    """The book has it twice. The driver's own doing breaks ``check``; the line's doing has to be noticed."""
    if stage.fault.kind is not FaultKind.DOUBLE_MESSAGE:
        stage.report(check, "twice in the book for one request")
    elif not is_unknown:
        stage.report(Check.DOUBLED_IS_NOTICED, f"twice in the book, and told as {told}")


def inquire_twice(
    stage: Stage,
    request: AuthorizationRequest,
    outcome: AuthorizationOutcome,
    judge: Callable[[InquiryOutcome], None],
) -> str:
    """Ask at once and on a terminal at rest, and ``judge`` both answers then; what was said in the end.

    Raises BrokenOffError.
    """
    at_rest = stage.settle_first or not isinstance(outcome, OutcomeUnknown)
    first = stage.inquire_once(request, at_rest=at_rest)
    stage.let_settle()
    second = stage.inquire_once(request, at_rest=True)
    for answered in (first, second):
        judge(answered)
    if not isinstance(outcome, OutcomeUnknown):
        return label_of(outcome)
    answered_with: Outcome = second if isinstance(first, OutcomeUnknown) else first
    return f"{label_of(outcome)}, then {label_of(answered_with)}"
