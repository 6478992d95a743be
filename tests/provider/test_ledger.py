"""The provider's book is the journals' money after lost answers, kills and power cuts; and a difference is seen."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from drivers.emulators.paypay.answers import read_script
from drivers.emulators.paypay.ledger import EntryKind, LedgerEntry
from kiosk.domain.ids import OperationId, PaymentId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Operation, OperationKind, Prepared, State
from kiosk.domain.tender import TenderKind
from tests.provider.campaign import ANSWERS, differences, run

SALES, COUNTERS = 8, 6
FAST = 100.0
PAID = LedgerEntry(EntryKind.PAID, "op-1", 1, 600, payment_id="044-1")
BACK = LedgerEntry(EntryKind.REFUND, "void-1", 2, 600, payment_id="044-1")


def _operation(number: str, kind: OperationKind, amount_yen: int = 600, payment_id: str = "044-1") -> Operation:
    prepared = Prepared(
        SaleId("sale"),
        PaymentId("payment"),
        OperationId(number),
        kind,
        date(2026, 11, 23),
        TenderKind.CODE,
        "PayPay",
        "",
        "paypay",
        Yen(amount_yen),
        (),
        (),
    )
    return Operation(prepared, State.APPROVED, result=DeviceResult(transaction_number=payment_id))


SOLD = _operation("op-1", OperationKind.SALE)
VOIDED = _operation("void-1", OperationKind.VOID)


def test_book_and_journals_agree_after_a_run_with_faults(tmp_path: Path) -> None:
    outcome = run(1, tmp_path, sales=SALES, counters=COUNTERS, fast=FAST)
    assert outcome.differences == []
    assert outcome.sales > SALES * COUNTERS // 4
    assert outcome.back > 0
    assert outcome.kills > 0
    assert outcome.ends["OutcomeUnknown"] > 0, "nothing was ever in doubt"
    assert outcome.ends["NotCharged"] > 0
    assert outcome.struck.total() > 0


def test_every_word_of_the_script_is_one() -> None:
    assert read_script(",".join(ANSWERS)) is not None


def test_the_same_money_on_both_sides_is_no_difference() -> None:
    failed = (replace(PAID, number="op-2", payment_id="044-2"), LedgerEntry(EntryKind.FAILED, "op-2", 3))
    assert differences([SOLD, VOIDED], [PAID, BACK, *failed]) == []


@pytest.mark.parametrize(
    ("approved", "book"),
    [
        ([SOLD], []),
        ([], [PAID]),
        ([SOLD], [PAID, BACK]),
        ([SOLD, VOIDED], [PAID]),
        ([SOLD, SOLD], [PAID]),
        ([SOLD], [PAID, PAID]),
        ([SOLD, VOIDED], [PAID, BACK, BACK]),
        ([_operation("op-1", OperationKind.SALE, 599)], [PAID]),
        ([_operation("op-1", OperationKind.SALE, payment_id="044-2")], [PAID]),
        ([SOLD], [PAID, LedgerEntry(EntryKind.FAILED, "op-1", 3)]),
        ([SOLD, VOIDED], [PAID, replace(BACK, payment_id="044-2")]),
    ],
)
def test_any_yen_that_differs_is_told(approved: list[Operation], book: list[LedgerEntry]) -> None:
    assert differences(approved, book) != []
