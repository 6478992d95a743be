"""Whether a transaction the terminal tells of is the charge we ask about. Owns the judgment, pure; refuses to talk."""

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    InquiryOutcome,
    NotCharged,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.zvt.protocol import Status, is_yen
from drivers.payment.zvt.results import RESULT_OK

SLIP_NUMBER_MAX = 9999
TRACE_NUMBER_MAX = 999_999
"""Both count from 1 and wrap to 1."""


def is_same(baseline: Baseline, status: Status) -> bool:
    """The terminal tells of the very transaction we knew before."""
    if not baseline.slip_number and not baseline.transaction_number:
        return False
    known = (baseline.slip_number, baseline.transaction_number)
    return known == (status.slip_number, status.trace_number) and _same_terminal(baseline.terminal_id, status)


def steps_after(baseline: Baseline, status: Status) -> int | None:
    """How many transactions later than the baseline, by trace number or else slip number; None when it is not later."""
    if baseline.transaction_number and status.trace_number:
        known, told, highest = baseline.transaction_number, status.trace_number, TRACE_NUMBER_MAX
    elif baseline.slip_number and status.slip_number:
        known, told, highest = baseline.slip_number, status.slip_number, SLIP_NUMBER_MAX
    else:
        return None
    steps = (int(told) - int(known)) % highest
    return steps if 0 < steps <= highest // 2 else None


def fits(request: AuthorizationRequest, status: Status, terminal_id: str) -> bool:
    """Amount, currency and terminal are those of the request."""
    return status.amount == request.amount_yen and is_yen(status) and _same_terminal(terminal_id, status)


def approved_from(request: AuthorizationRequest, status: Status, terminal_id: str) -> Approved:
    """The approval in our words."""
    return Approved(
        amount_yen=request.amount_yen,
        media=request.media,
        brand=status.brand,
        approval_code=status.approval_code,
        slip_number=status.slip_number,
        card_last4=status.card_last4,
        terminal_id=status.terminal_id or terminal_id,
        transaction_number=status.trace_number,
        transacted_at=status.transacted_at,
    )


def judge(request: AuthorizationRequest, status: Status, terminal_id: str) -> InquiryOutcome:
    """What the last transaction of an idle terminal says about ``request``.

    Not charged needs proof: the last transaction is still the one known before, or exactly one came after it and that
    one failed or was reversed. Everything doubtful goes to a person.
    """
    baseline = request.baseline
    if baseline is None:
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if not _same_terminal(baseline.terminal_id, status) or baseline.terminal_id not in ("", terminal_id):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    told = f"last slip {status.slip_number or '-'} trace {status.trace_number or '-'}"
    known = f"baseline slip {baseline.slip_number or '-'} trace {baseline.transaction_number or '-'}"
    if is_same(baseline, status):
        return NotCharged(f"{told} = {known}")
    steps = steps_after(baseline, status)
    if steps is None:
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if status.result != RESULT_OK:
        if steps == 1:
            return NotCharged(f"{told} result {status.result:02X}, next after {known}")
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if not fits(request, status, terminal_id):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    return approved_from(request, status, terminal_id)


def _same_terminal(terminal_id: str, status: Status) -> bool:
    return not terminal_id or not status.terminal_id or terminal_id == status.terminal_id
