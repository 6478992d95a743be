"""Whether a transaction the terminal tells of is the one we ask about. Owns the judgment, pure; refuses to talk."""

from dataclasses import dataclass

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    InquiryOutcome,
    NotCharged,
    OutcomeUnknown,
    TransactionType,
    UnknownReason,
)
from drivers.payment.zvt.protocol import Status, is_yen
from drivers.payment.zvt.results import RESULT_OK, RESULT_REVERSED

SLIP_NUMBER_MAX = 9999
TRACE_NUMBER_MAX = 999_999
"""Both count from 1 and wrap to 1."""
NONE_YET_SLIP = "0000"
NONE_YET_TRACE = "000000"
"""A baseline's numbers on a terminal that has said it has no transaction: no terminal gives them to one."""


@dataclass(frozen=True, slots=True)
class NothingYet:
    """The terminal has positively said that it has no transaction to repeat."""


def baseline_of(status: Status | NothingYet | None, terminal_id: str) -> Baseline | None:
    """What to know before the next charge; None when it could not be told from a later one."""
    if isinstance(status, NothingYet):
        # without the terminal's name a swapped one could not be told from the new one
        return Baseline(terminal_id, NONE_YET_SLIP, NONE_YET_TRACE) if terminal_id else None
    if status is None or not status.is_numbered:
        return None
    return Baseline(status.terminal_id or terminal_id, status.slip_number, status.trace_number)


def is_none_yet(baseline: Baseline) -> bool:
    """The terminal had no transaction then: any transaction it tells of came later."""
    return (baseline.slip_number, baseline.transaction_number) == (NONE_YET_SLIP, NONE_YET_TRACE)


def is_same(baseline: Baseline, status: Status) -> bool:
    """The terminal tells of the very transaction we knew before."""
    if is_none_yet(baseline) or not (baseline.slip_number or baseline.transaction_number):
        return False
    known = (baseline.slip_number, baseline.transaction_number)
    return known == (status.slip_number, status.trace_number) and _same_terminal(baseline.terminal_id, status)


def steps_after(baseline: Baseline, status: Status) -> int | None:
    """How many transactions later than the baseline, by trace number or else slip number; None when it is not later.

    On a terminal that had none, a transaction numbered 1 is the first; of another number nothing follows.
    """
    if is_none_yet(baseline):
        first = status.is_numbered and int(status.trace_number or status.slip_number) == 1
        return 1 if first else None
    if baseline.transaction_number and status.trace_number:
        known, told, highest = baseline.transaction_number, status.trace_number, TRACE_NUMBER_MAX
    elif baseline.slip_number and status.slip_number:
        known, told, highest = baseline.slip_number, status.slip_number, SLIP_NUMBER_MAX
    else:
        return None
    steps = (int(told) - int(known)) % highest
    return steps if 0 < steps <= highest // 2 else None


def fits(request: AuthorizationRequest, status: Status, terminal_id: str) -> bool:
    """Amount, currency, terminal and kind of transaction are those of the request."""
    if status.amount != request.amount_yen or not is_yen(status) or not _same_terminal(terminal_id, status):
        return False
    told = status.original_trace_number
    if request.transaction_type is not TransactionType.VOID:
        return not told  # only a reversal names an original
    wanted = request.original.transaction_number if request.original else ""
    return not told or not wanted or int(told) == int(wanted)


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


def judge(request: AuthorizationRequest, status: Status | NothingYet, terminal_id: str) -> InquiryOutcome:
    """What the last transaction of an idle terminal says about ``request``: a sale, a void or a refund.

    Not charged needs proof: the last transaction is still the one known before, or exactly one came after it and that
    one failed or was reversed. Everything doubtful goes to a person.
    """
    baseline = request.baseline
    if baseline is None:
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if baseline.terminal_id not in ("", terminal_id):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    if isinstance(status, NothingYet):
        if is_none_yet(baseline):
            return NotCharged("the terminal has no transaction, as before")
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if not _same_terminal(baseline.terminal_id, status):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    told = f"last slip {status.slip_number or '-'} trace {status.trace_number or '-'}"
    known = f"baseline slip {baseline.slip_number or '-'} trace {baseline.transaction_number or '-'}"
    if is_same(baseline, status):
        if _is_marked_void(request, status, terminal_id):
            return approved_from(request, status, terminal_id)
        return NotCharged(f"{told} = {known}")
    steps = steps_after(baseline, status)
    if status.result != RESULT_OK:
        if steps == 1:
            return NotCharged(f"{told} result {status.result:02X}, next after {known}")
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if steps is None and not (is_none_yet(baseline) and status.is_numbered):
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if _took_the_only_one_back(request, baseline, status, steps):
        return NotCharged(f"{told} takes back trace {status.original_trace_number}, the only other after {known}")
    if not fits(request, status, terminal_id):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    if not _is_told_apart(request, status, steps):
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    return approved_from(request, status, terminal_id)


def _is_marked_void(request: AuthorizationRequest, status: Status, terminal_id: str) -> bool:
    """Some terminals give a void no number of its own: they show the sale itself as reversed."""
    original = request.original
    return (
        request.transaction_type is TransactionType.VOID
        and status.result == RESULT_REVERSED
        and original is not None
        and original.transaction_number == status.trace_number != ""
        and original.slip_number == status.slip_number
        and fits(request, status, terminal_id)
    )


def _took_the_only_one_back(
    request: AuthorizationRequest, baseline: Baseline, status: Status, steps: int | None
) -> bool:
    """A sale of ours was the one transaction since, and this is the reversal the terminal made of it by itself."""
    if request.transaction_type is not TransactionType.SALES or steps != 2 or not status.original_trace_number:
        return False
    if not baseline.transaction_number or is_none_yet(baseline):
        return False
    first_since = int(baseline.transaction_number) % TRACE_NUMBER_MAX + 1
    return int(status.original_trace_number) == first_since


def _is_told_apart(request: AuthorizationRequest, status: Status, steps: int | None) -> bool:
    """A void names its original; without that, and for a refund, only being the one transaction since tells it."""
    match request.transaction_type:
        case TransactionType.SALES:
            return True
        case TransactionType.VOID:
            wanted = request.original.transaction_number if request.original else ""
            return steps == 1 or bool(status.original_trace_number and wanted)
        case TransactionType.REFUND:
            return steps == 1


def _same_terminal(terminal_id: str, status: Status) -> bool:
    return not terminal_id or not status.terminal_id or terminal_id == status.terminal_id
