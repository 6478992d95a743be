"""A refund by bank transfer is a recorded request: who, why, how much, and no account number."""

import pytest

from kiosk.domain.payment import Standing
from kiosk.services.counter import RefusalError
from kiosk.services.request_refund import REASON_CHARACTERS_MAX, request_refund
from kiosk.services.take_payment import take_payment
from tests.unit.kiosk.conftest import CHIEF, CLERK, CREDIT, MONDAY, Bench, QuietContext, ScriptedDevice, approved


def test_a_request_names_the_sale_the_reason_and_both_people(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()])
    paid = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    sale_id = paid.prepared.sale_id
    request_refund(open_bench.counter, sale_id, " 二重に支払った ", actor=CLERK.actor, approver=CHIEF.actor)
    sale = open_bench.journal.books().sale(sale_id)
    assert sale is not None
    (row,) = sale.refunds
    assert (row.refund.amount_yen, row.refund.reason) == (300, "二重に支払った")
    assert (row.begun.actor, row.begun.approver) == (CLERK.actor, CHIEF.actor)
    assert sale.standing is Standing.PAID
    assert open_bench.journal.books().totals(MONDAY)[0].amount_yen == 300
    with pytest.raises(RefusalError, match="refund_requested_already"):
        request_refund(open_bench.counter, sale_id, "again", actor=CLERK.actor, approver=CHIEF.actor)


def test_nothing_paid_or_no_reason_is_refused(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()])
    paid = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    for reason in ("", "  ", "長" * (REASON_CHARACTERS_MAX + 1)):
        with pytest.raises(RefusalError, match="refund_reason_needed"):
            request_refund(open_bench.counter, paid.prepared.sale_id, reason, actor=CLERK.actor, approver=CHIEF.actor)
    with pytest.raises(RefusalError, match="sale_unknown"):
        request_refund(
            open_bench.counter, type(paid.prepared.sale_id)("none"), "誤り", actor=CLERK.actor, approver=CHIEF.actor
        )
    assert open_bench.kinds()[-1] == "operation_approved"
