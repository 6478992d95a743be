"""The scheme's payment code on a real journal: taken up as it stands, tried out, and what a sale makes of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.codes import jpqr
from drivers.codes.jpqr import Store, StoreCode
from drivers.payment import api
from kiosk.domain.operation import State
from kiosk.domain.payment_code import PaymentCode
from kiosk.domain.record import CodeEnrolled, CodeTested
from kiosk.domain.tender import Tender, TenderKind
from kiosk.journal.commands import verify
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.enroll_code import enroll_code
from kiosk.services.record_code_test import record_code_test, trial_code
from kiosk.services.take_payment import take_payment
from kiosk.sync.keys import is_signed
from tests.unit.kiosk.conftest import CHIEF, CLERK, RESIDENT, Bench, QuietContext, ScriptedDevice

STORE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"), "9399", "TOYOTA CITY INABU", "TOYOTA", "4442513", "稲武支所"
)
ISSUED = jpqr.encode_static(STORE).payload
OTHER = jpqr.encode_static(replace(STORE, name_ja="旭支所")).payload
BRANDS = ("PayPay", "d払い")
CODE = Tender(TenderKind.CODE, "コード決済", "code", BRANDS, "みほんコード決済", without_terminal=True)


@pytest.fixture
def counter(bench: Bench) -> Counter:
    brands: Mapping[TenderKind, tuple[str, ...]] = {TenderKind.CODE: BRANDS}
    return replace(bench.counter, brands=brands)


def enroll(counter: Counter, text: str = ISSUED) -> CodeEnrolled:
    return enroll_code(counter, "code", text, actor=CLERK.actor, approver=CHIEF.actor)


def record_test(counter: Counter, brand: str, *, passed: bool = True) -> CodeTested:
    return record_code_test(counter, "code", brand, passed=passed, actor=CLERK.actor, approver=CHIEF.actor)


def known(counter: Counter) -> PaymentCode:
    return counter.journal.books().history.payment_code("code")


def test_the_sticker_is_kept_byte_for_byte_with_the_second_person(bench: Bench, counter: Counter) -> None:
    assert known(counter) == PaymentCode("code")
    enroll(counter)
    assert known(counter) == PaymentCode("code", ISSUED)
    (entry,) = bench.journal.entries_after(0, count_max=10, bytes_max=10**6)
    assert ISSUED.encode() in entry.canonical
    assert b'"approver":{"name":"' + CHIEF.name.encode() in entry.canonical


def test_what_a_scanner_added_is_not_part_of_the_sticker(counter: Counter) -> None:
    enroll(counter, f"]Q2\\000026{ISSUED}\r")
    assert known(counter).text == ISSUED
    with pytest.raises(RefusalError, match="code_enrolled_already"):
        enroll(counter, f"{ISSUED}\n")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "code_no_jpqr"),
        ("4902102072618", "code_no_jpqr"),
        (ISSUED[:-1], "code_no_jpqr"),
        (ISSUED.replace("INABU", "INABO"), "code_no_jpqr"),
        (jpqr.encode_static(STORE, amount_yen=300).payload, "code_for_one_payment"),
        (jpqr.encode_dynamic(STORE, amount_yen=300).payload, "code_for_one_payment"),
    ],
)
def test_what_is_no_sticker_is_refused_and_not_recorded(bench: Bench, counter: Counter, text: str, rule: str) -> None:
    with pytest.raises(RefusalError) as refused:
        enroll(counter, text)
    assert refused.value.rule == rule
    assert bench.kinds() == []


def test_the_same_sticker_again_is_refused_and_its_tests_stand(counter: Counter) -> None:
    enroll(counter)
    record_test(counter, "PayPay")
    with pytest.raises(RefusalError) as refused:
        enroll(counter)
    assert refused.value.rule == "code_enrolled_already"
    assert known(counter).tested == ("PayPay",)


def test_another_sticker_needs_other_tests(counter: Counter) -> None:
    enroll(counter)
    record_test(counter, "PayPay")
    enroll(counter, OTHER)
    assert known(counter) == PaymentCode("code", OTHER)


def test_the_newest_test_of_an_operator_holds(counter: Counter) -> None:
    enroll(counter)
    record_test(counter, "PayPay")
    record_test(counter, "d払い")
    record_test(counter, "PayPay", passed=False)
    assert known(counter) == PaymentCode("code", ISSUED, tested=("d払い",), failed=("PayPay",))


@pytest.mark.parametrize(("brand", "rule"), [("PayPay", "code_not_enrolled"), ("Alipay", "brand_unknown")])
def test_there_is_nothing_to_test_without_a_code_or_an_operator(counter: Counter, brand: str, rule: str) -> None:
    for attempt in (record_test, lambda counter, brand: trial_code(counter, "code", brand)):
        with pytest.raises(RefusalError) as refused:
            attempt(counter, brand)
        assert refused.value.rule == rule


def test_a_trial_is_the_sales_code_over_one_yen(counter: Counter) -> None:
    enroll(counter)
    code = jpqr.decode(trial_code(counter, "code", "PayPay").text)
    assert (code.amount_yen, code.store, code.bill) == (1, STORE, "TRIAL")


def test_a_sale_hands_its_driver_the_code_and_who_passed(open_bench: Bench, counter: Counter) -> None:
    enroll(counter)
    record_test(counter, "d払い")
    device = ScriptedDevice(sales=[api.Approved(300, api.Media.CODE, "d払い", "", "", payment_last4="4821")])
    offer = replace(open_bench.offer(RESIDENT), tenders=(CODE,))
    operation = take_payment(counter, offer, CODE, device, QuietContext, CLERK.actor)
    assert operation.state is State.APPROVED
    assert operation.result is not None
    assert (operation.result.brand, operation.result.payment_last4) == ("d払い", "4821")
    (request,) = device.charged
    assert (request.issued_code, request.tested_brands, request.brands) == (ISSUED, ("d払い",), BRANDS)


def test_the_read_models_are_what_a_replay_makes(bench: Bench, counter: Counter, tmp_path: Path) -> None:
    enroll(counter, OTHER)
    record_test(counter, "PayPay")
    enroll(counter)
    record_test(counter, "PayPay", passed=False)
    record_test(counter, "d払い")
    bench.journal.close()
    assert all(verdict.ok for verdict in verify(tmp_path / "journal", is_signed))
