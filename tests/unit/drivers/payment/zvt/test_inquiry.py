from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    Media,
    NotCharged,
    Original,
    OutcomeUnknown,
    TransactionType,
    UnknownReason,
)
from drivers.payment.zvt.inquiry import NothingYet, baseline_of, is_same, judge, steps_after
from drivers.payment.zvt.protocol import Status

TID = "13100001"
BASELINE = Baseline(TID, "0231", "000975")
REQUEST = AuthorizationRequest("op", 7, 600, Media.CREDIT, BASELINE)
NEXT = Status(0, 600, "0392", TID, "0232", "000976", "Visa", "123456", "1034", "1123101530")
SAME = replace(NEXT, slip_number="0231", trace_number="000975")


def test_the_next_transaction_over_the_same_amount_is_ours() -> None:
    found = judge(REQUEST, NEXT, TID)
    assert isinstance(found, Approved)
    assert (found.slip_number, found.approval_code, found.card_last4) == ("0232", "123456", "1034")


def test_the_unchanged_last_transaction_shows_that_nothing_happened() -> None:
    assert isinstance(judge(REQUEST, SAME, TID), NotCharged)


@pytest.mark.parametrize("result", [0x05, 0x6C, 0xB4])
def test_the_one_transaction_since_failed_or_was_reversed(result: int) -> None:
    assert isinstance(judge(REQUEST, replace(NEXT, result=result), TID), NotCharged)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (replace(NEXT, amount=601), UnknownReason.MISMATCH),
        (replace(NEXT, amount=None), UnknownReason.MISMATCH),
        (replace(NEXT, currency="0978"), UnknownReason.MISMATCH),
        (replace(NEXT, terminal_id="99999999"), UnknownReason.MISMATCH),
        (replace(NEXT, trace_number="000974"), UnknownReason.UNANSWERED),
        (replace(NEXT, trace_number="000977", result=5), UnknownReason.UNANSWERED),
        (replace(NEXT, slip_number="0232", trace_number="000975"), UnknownReason.UNANSWERED),
        (replace(NEXT, slip_number="", trace_number=""), UnknownReason.UNANSWERED),
    ],
)
def test_everything_doubtful_goes_to_a_person(status: Status, reason: UnknownReason) -> None:
    assert judge(REQUEST, status, TID) == OutcomeUnknown(reason)


def test_a_terminal_that_was_swapped_cannot_answer() -> None:
    other = replace(NEXT, terminal_id="")
    assert judge(REQUEST, other, "99999999") == OutcomeUnknown(UnknownReason.MISMATCH)


def test_a_reused_slip_number_is_no_key() -> None:
    assert isinstance(judge(REQUEST, replace(NEXT, slip_number="0231"), TID), Approved)


@pytest.mark.parametrize(
    ("known", "told", "steps"),
    [
        (("", "999999"), ("", "000001"), 1),
        (("9999", ""), ("0001", ""), 1),
        (("9999", "999998"), ("0001", "000001"), 2),
        (("0002", "000002"), ("0001", "000001"), None),
        (("0231", ""), ("0231", ""), None),
        (("", "000001"), ("0001", ""), None),
    ],
)
def test_numbers_wrap(known: tuple[str, str], told: tuple[str, str], steps: int | None) -> None:
    status = replace(NEXT, slip_number=told[0], trace_number=told[1])
    assert steps_after(Baseline(TID, *known), status) == steps


NONE_YET = Baseline(TID, "0000", "000000")
ORIGINAL = Original("0231", transaction_number="000975", terminal_id=TID)
VOID = replace(REQUEST, transaction_type=TransactionType.VOID, original=ORIGINAL)
REFUND = replace(REQUEST, transaction_type=TransactionType.REFUND, original=ORIGINAL)
LATER = replace(NEXT, slip_number="0233", trace_number="000977")
REVERSAL = replace(NEXT, original_trace_number="000975")
UNANSWERED = OutcomeUnknown(UnknownReason.UNANSWERED)
MISMATCH = OutcomeUnknown(UnknownReason.MISMATCH)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (NEXT, Approved),  # a first transaction has any number
        (replace(NEXT, slip_number="0001", trace_number="000001", result=5), NotCharged),
        (replace(NEXT, result=5), OutcomeUnknown),
        (replace(NEXT, result=0xB4), OutcomeUnknown),
        (replace(NEXT, amount=601), OutcomeUnknown),
        (replace(NEXT, terminal_id="99999999"), OutcomeUnknown),
        (replace(NEXT, slip_number="", trace_number=""), OutcomeUnknown),
        (replace(NEXT, slip_number="0000", trace_number="000000"), OutcomeUnknown),
        (NothingYet(), NotCharged),
    ],
)
def test_after_none_every_transaction_is_later(status: Status | NothingYet, answer: type) -> None:
    assert isinstance(judge(replace(REQUEST, baseline=NONE_YET), status, TID), answer)


def test_none_any_more_proves_nothing() -> None:
    assert judge(REQUEST, NothingYet(), TID) == UNANSWERED
    assert judge(replace(REQUEST, baseline=None), NothingYet(), TID) == UNANSWERED
    assert judge(replace(REQUEST, baseline=NONE_YET), NothingYet(), "99999999") == MISMATCH


def test_none_yet_is_known_only_of_a_terminal_with_a_name() -> None:
    assert baseline_of(NothingYet(), TID) == NONE_YET
    assert baseline_of(NothingYet(), "") is None
    assert baseline_of(replace(NEXT, slip_number="0000", trace_number="000000"), TID) is None
    assert not is_same(NONE_YET, replace(NEXT, slip_number="0000", trace_number="000000"))


@pytest.mark.parametrize(
    ("request_", "status", "answer"),
    [
        (VOID, REVERSAL, Approved),
        (VOID, NEXT, Approved),
        (VOID, replace(REVERSAL, trace_number="000978"), Approved),
        (VOID, LATER, UNANSWERED),
        (VOID, replace(REVERSAL, original_trace_number="000974"), MISMATCH),
        (VOID, SAME, NotCharged),
        (VOID, replace(SAME, result=0xB4), Approved),
        (VOID, replace(SAME, result=0xB4, amount=601), NotCharged),
        (VOID, replace(NEXT, result=0xB5), NotCharged),
        (REFUND, NEXT, Approved),
        (REFUND, LATER, UNANSWERED),
        (REFUND, REVERSAL, MISMATCH),
        (REFUND, SAME, NotCharged),
        (REFUND, replace(SAME, result=0xB4), NotCharged),
        (REQUEST, REVERSAL, MISMATCH),
        (REQUEST, replace(SAME, result=0xB4), NotCharged),
        (REQUEST, replace(LATER, original_trace_number="000976"), NotCharged),  # ours, and taken back
        (REQUEST, replace(LATER, original_trace_number="000975"), MISMATCH),
    ],
)
def test_the_kind_of_transaction_decides(
    request_: AuthorizationRequest, status: Status, answer: type | OutcomeUnknown
) -> None:
    found = judge(request_, status, TID)
    assert found == answer if isinstance(answer, OutcomeUnknown) else isinstance(found, answer)


def test_a_void_names_its_original_or_it_must_be_the_one_since() -> None:
    unnamed = replace(VOID, original=Original("0231"))
    assert isinstance(judge(unnamed, REVERSAL, TID), Approved)
    assert judge(unnamed, replace(REVERSAL, trace_number="000977"), TID) == UNANSWERED
