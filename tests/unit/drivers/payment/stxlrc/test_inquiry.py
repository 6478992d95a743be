"""The judgments about money, one rule at a time."""

from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    Declined,
    DeclineReason,
    Media,
    NotCharged,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.stxlrc.inquiry import (
    EMPTY_MEMORY,
    Doubtful,
    Stale,
    baseline_of,
    judge,
    judge_sale,
    judge_void,
    steps_after,
)
from drivers.payment.stxlrc.protocol import Refused, SaleRecord, Voided

BASELINE = Baseline("TCM1", "000012", "000001")
REQUEST = AuthorizationRequest("op-2", 2, 600, Media.CREDIT, BASELINE)
OURS = SaleRecord("TCM1", "000002", "015838", 600, "000013", "Visa", "1034", "1123101530", tip_yen=0, shares=0)
BEFORE = replace(OURS, ticket="000001", operation_number="000012", amount_yen=500)
WRONG = {
    "another amount": replace(OURS, amount_yen=601),
    "another ticket": replace(OURS, ticket="000003"),
    "another terminal": replace(OURS, terminal_id="TCM2"),
    "a tip": replace(OURS, tip_yen=1),
    "instalments": replace(OURS, shares=3),
    "an older number": replace(OURS, operation_number="000011"),
    "the number known before": replace(OURS, operation_number="000012"),
}


def test_ours_is_approved_with_its_numbers() -> None:
    for told in (judge_sale(REQUEST, OURS, "TCM1"), judge(REQUEST, "TCM1", OURS)):
        assert isinstance(told, Approved)
        assert (told.amount_yen, told.slip_number, told.transaction_number) == (600, "000013", "000002")


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_reply_that_does_not_fit_is_doubtful(wrong: SaleRecord) -> None:
    assert judge_sale(REQUEST, wrong, "TCM1") == Doubtful()
    assert isinstance(judge(REQUEST, "TCM1", wrong), OutcomeUnknown)


def test_the_sale_known_before_is_stale_in_a_reply_and_proof_in_an_inquiry() -> None:
    assert judge_sale(REQUEST, BEFORE, "TCM1") == Stale()
    assert isinstance(judge(REQUEST, "TCM1", BEFORE), NotCharged)


def test_an_older_last_sale_proves_nothing() -> None:
    older = replace(BEFORE, operation_number="000011")
    assert judge(REQUEST, "TCM1", older) == OutcomeUnknown(UnknownReason.UNANSWERED)
    assert judge(REQUEST, "TCM1", None) == OutcomeUnknown(UnknownReason.UNANSWERED)
    assert judge(REQUEST, "TCM2", BEFORE) == OutcomeUnknown(UnknownReason.MISMATCH)


def test_a_refusal_must_carry_our_ticket_and_terminal() -> None:
    assert judge_sale(REQUEST, Refused("01", "000002", "TCM1"), "TCM1") == Declined(DeclineReason.CARD_REFUSED, "01")
    for late in (Refused("01", "", "TCM1"), Refused("01", "000001", "TCM1"), Refused("01", "000002", "TCM2")):
        assert judge_sale(REQUEST, late, "TCM1") == Doubtful()


@pytest.mark.parametrize(
    ("known", "told", "steps"),
    [
        ("000012", "000013", 1),
        ("000012", "000012", None),
        ("000012", "000011", None),
        ("999999", "000001", 1),
        ("999998", "000002", 3),
        ("000001", "500000", 499_999),
        ("000001", "500001", None),
        (EMPTY_MEMORY, "900000", 900_000),
        ("", "000001", None),
        ("12a", "000013", None),
    ],
)
def test_newer_than_with_the_wrap(known: str, told: str, steps: int | None) -> None:
    assert steps_after(Baseline("TCM1", known, ""), told) == steps


def test_an_empty_memory_is_a_baseline() -> None:
    empty = baseline_of("TCM1", None)
    request = replace(REQUEST, baseline=empty)
    assert isinstance(judge(request, "TCM1", None), NotCharged)
    assert isinstance(judge(request, "TCM1", OURS), Approved)
    assert baseline_of("TCM1", OURS) == Baseline("TCM1", "000013", "000002")


@pytest.mark.parametrize(
    "reply",
    [
        Voided("TCM1", "015838", "000014"),
        Voided("TCM2", "015838", "000013"),
        Refused("21", "", "TCM1", "000014"),
        Refused("21", "", "TCM2"),
    ],
)
def test_a_void_of_another_sale_is_doubtful(reply: Voided | Refused) -> None:
    assert judge_void(REQUEST, OURS, reply) == Doubtful()


def test_a_void_is_told_with_the_amount_of_the_sale_it_undoes() -> None:
    told = judge_void(REQUEST, OURS, Voided("TCM1", "777777", "000013"))
    assert isinstance(told, Approved)
    assert (told.amount_yen, told.approval_code, told.slip_number) == (600, "777777", "000013")
    for code in (Refused("21", "", "TCM1"), Refused("21", "", "TCM1", "000013")):
        assert judge_void(REQUEST, OURS, code) == Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "21")
