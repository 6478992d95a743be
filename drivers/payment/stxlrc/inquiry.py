"""Whether what the terminal tells is the sale we ask about. Owns the judgments, pure; refuses to talk.

A baseline here is: ``slip_number`` the operation number (000000: the terminal's memory was empty),
``transaction_number`` the ticket.
"""

from dataclasses import dataclass

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    Declined,
    InquiryOutcome,
    NotCharged,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.stxlrc.protocol import OPERATION_NUMBER_MAX, Refused, SaleRecord, Voided, ticket_of
from drivers.payment.stxlrc.results import DECLINE_REASONS

EMPTY_MEMORY = "000000"
"""No sale has this number: they count from 1."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The reply repeats the sale that was the last one before ours."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The reply is well formed and cannot be the answer to our command."""


Verdict = Approved | Declined | Stale | Doubtful


def baseline_of(terminal_id: str, record: SaleRecord | None) -> Baseline:
    """What is known of a terminal after it told its last sale, or that it has none."""
    if record is None:
        return Baseline(terminal_id, EMPTY_MEMORY, "")
    return Baseline(record.terminal_id, record.operation_number, record.ticket)


def steps_after(baseline: Baseline, operation_number: str) -> int | None:
    """How many sales later than the baseline; None when it is not later. The number wraps from 999999 to 1."""
    if baseline.slip_number == EMPTY_MEMORY:
        return int(operation_number)
    if not _is_number(baseline.slip_number):
        return None
    steps = (int(operation_number) - int(baseline.slip_number)) % OPERATION_NUMBER_MAX
    return steps if 0 < steps <= OPERATION_NUMBER_MAX // 2 else None


def is_same(baseline: Baseline, record: SaleRecord) -> bool:
    """The very sale known before."""
    known = (baseline.slip_number, baseline.transaction_number)
    return known == (record.operation_number, record.ticket) and _same_terminal(baseline.terminal_id, record)


def approved_from(request: AuthorizationRequest, record: SaleRecord) -> Approved:
    """The approval in our words."""
    return Approved(
        amount_yen=record.amount_yen,
        media=request.media,
        brand=record.brand,
        approval_code=record.approval_code,
        slip_number=record.operation_number,
        card_last4=record.card_last4,
        terminal_id=record.terminal_id,
        transaction_number=record.ticket,
        transacted_at=record.transacted_at,
    )


def judge_sale(request: AuthorizationRequest, reply: SaleRecord | Refused, terminal_id: str) -> Verdict:
    """What a 0210 says about the sale that was sent.

    A refusal must carry its ticket as well: one without may be the late repeat of an earlier refusal.
    """
    ticket = ticket_of(request.sequence_number)
    if isinstance(reply, Refused):
        if reply.ticket != ticket or not _may_be(terminal_id, reply.terminal_id):
            return Doubtful()
        return Declined(DECLINE_REASONS[reply.code], reply.code)
    if request.baseline is not None and is_same(request.baseline, reply):
        return Stale()
    return approved_from(request, reply) if _fits(request, reply, terminal_id) else Doubtful()


def judge_void(request: AuthorizationRequest, found: SaleRecord, reply: Voided | Refused) -> Verdict:
    """What a 1210 says about the void of ``found``."""
    if not _may_be(found.terminal_id, reply.terminal_id):
        return Doubtful()
    if isinstance(reply, Refused) and not reply.operation_number:
        return Declined(DECLINE_REASONS[reply.code], reply.code)
    if reply.operation_number != found.operation_number:
        return Doubtful()
    if isinstance(reply, Refused):
        return Declined(DECLINE_REASONS[reply.code], reply.code)
    return Approved(
        amount_yen=found.amount_yen,
        media=request.media,
        brand=found.brand,
        approval_code=reply.approval_code,
        slip_number=found.operation_number,
        card_last4=found.card_last4,
        terminal_id=found.terminal_id,
        transaction_number=found.ticket,
    )


def judge(request: AuthorizationRequest, terminal_id: str, last: SaleRecord | None) -> InquiryOutcome:
    """What the last sale of an idle terminal says about ``request``.

    Not charged needs proof: the last sale is still the one known before, or there was none and there is none.
    Everything doubtful goes to a person.
    """
    baseline = request.baseline
    if baseline is None:
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if not _may_be(baseline.terminal_id, terminal_id):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    if last is None:
        if baseline.slip_number == EMPTY_MEMORY:
            return NotCharged("no sale in the terminal, as before")
        return OutcomeUnknown(UnknownReason.UNANSWERED)  # closed in between: the sale may be in the closed batch
    if is_same(baseline, last):
        return NotCharged(f"last operation {last.operation_number} ticket {last.ticket} = baseline")
    if steps_after(baseline, last.operation_number) is None:
        return OutcomeUnknown(UnknownReason.UNANSWERED)
    if not _fits(request, last, terminal_id):
        return OutcomeUnknown(UnknownReason.MISMATCH)
    return approved_from(request, last)


def _fits(request: AuthorizationRequest, record: SaleRecord, terminal_id: str) -> bool:
    """Amount, ticket, terminal, no tip, no instalments, and newer than what was known."""
    return (
        record.amount_yen == request.amount_yen
        and record.ticket == ticket_of(request.sequence_number)
        and record.tip_yen == 0
        and record.shares <= 1
        and _same_terminal(terminal_id, record)
        and (request.baseline is None or steps_after(request.baseline, record.operation_number) is not None)
    )


def _same_terminal(terminal_id: str, record: SaleRecord) -> bool:
    return _may_be(terminal_id, record.terminal_id)


def _may_be(known: str, told: str) -> bool:
    return not known or not told or known == told


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
