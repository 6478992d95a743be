from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    Media,
    NotCharged,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.zvt.inquiry import judge, steps_after
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
