"""Wallets that pay through a service, drawn: ``python -m tests.ui.wallet_scenes DIR [ja|en]``. For eyes and clips."""

import os
from collections.abc import Iterator
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


from drivers.payment.api import ShownCode
from kiosk.code_operators import FILE, read_code_operators
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Seen, State
from kiosk.domain.tender import RefundWay, Tender, TenderKind
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.state import CounterSetup
from kiosk.profile_source import MasterFiles
from kiosk.services.notices import DocumentChanged, PaymentProgress, Printing, Question, QuestionField, Scanned
from kiosk.services.read_slip import read_slip
from kiosk.services.read_wallet import read_wallet
from kiosk.services.show_code import code_shown
from tests.ui.draw import SIZES, build
from tests.ui.scripted_desk import CASH, PIN, SETUP, ScriptedDesk
from tests.ui.walking import Visit, draw_scenes, visit_scenes

OPERATORS = read_code_operators(MasterFiles(CONFIG).read(FILE))
PAYPAY = Tender(
    TenderKind.CODE, "PayPay", "paypay", ("PayPay",), "みほんコード決済", RefundWay.TERMINAL, through_service=True
)
WALLET_SETUP: CounterSetup = replace(
    SETUP,
    counter_name="中央図書館 総合カウンター",
    tenders=(PAYPAY, CASH),
    read_slip=read_slip,
    read_wallet=lambda text, wanted: read_wallet(text, OPERATORS, wanted),
)
SCAN = QuestionField("wallet_code", "scan", 64, required=False, choices=())
EITHER = Question("wallet_or_code", 900, (SCAN,), ("show_code", "cancel"))
SCAN_ALONE = Question("wallet_scan", 900, (replace(SCAN, required=True),), ("scanned", "cancel"))
WALLET = "900081818812345678901234"
"""Made up, as long as PayPay's codes are."""
OTHERS = {
    "other": "3158992112345678901",
    "unknown": "1234567890123456",
    "goods": "2900000010017",
    "slip": "91912345000000000000004520875004013100295004",
    "cut": WALLET[:14],
    "address": "https://qr.example/p2p01_abcdefgh",
}
"""What a citizen or a clerk holds under the scanner in a wallet's place."""
SHOWN = code_shown(
    ShownCode("https://qr-stg.sandbox.paypay.ne.jp/28180104Y5lGDPQZ2lBdYmZ2", brand="PayPay", valid_s=299)
)
PAID = DeviceResult("PayPay", payment_last4="1846", transaction_number="04813557201846")


def wallet_scenes(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    """Every scene, in an order such a counter could live through."""
    staff.choose("operator", "suzuki")
    staff.form.write("pin", PIN)
    staff.main_action()
    staff.main_action()
    for code in ("1001", "1001", "1005"):
        staff.cart.select_item(code)
    yield "wallet-cart"
    staff.handle(Scanned(WALLET))
    yield "wallet-early"
    yield from _scanned(staff, desk)
    yield from _shown(staff, desk)
    yield from _in_doubt(staff, desk)
    yield from _taken_back(staff, desk)


def _begin(staff: StaffPresenter, desk: ScriptedDesk, question: Question) -> None:
    staff.payment.choose_tender("code", staff.store.state.cart.revision)
    staff.main_action()
    desk.tell(PaymentProgress("wait_clerk"))
    desk.tell(question)


def _scanned(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    _begin(staff, desk, SCAN_ALONE)
    yield "wallet-scan"
    desk.tell(EITHER)
    yield "wallet-either"
    for name, code in OTHERS.items():
        staff.handle(Scanned(code))
        yield f"wallet-refused-{name}"
    staff.handle(Scanned(WALLET))
    yield "wallet-connecting"
    desk.tell(PaymentProgress("processing"))
    yield "wallet-processing"
    for reason in ("code_expired", "code_refused", "keys_refused", "clock_wrong", "service_unavailable"):
        desk.finish(State.DECLINED, reason=reason, code="EXPIRED_USER_AUTHORIZATION_ID")
        yield f"wallet-declined-{reason}"
        _begin(staff, desk, EITHER)
    desk.finish(State.NOT_SENT, reason="service_unreachable")
    yield "wallet-unreachable"
    _begin(staff, desk, EITHER)
    desk.finish(State.NOT_SENT, reason="not_presented")
    yield "wallet-not-presented"


def _shown(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    _begin(staff, desk, EITHER)
    staff.main_action()
    desk.tell(PaymentProgress("connecting"))
    desk.tell(SHOWN)
    desk.tell(PaymentProgress("wait_code"))
    yield "wallet-shown"
    staff.handle(Scanned(WALLET))
    yield "wallet-shown-scanned"
    staff.cancel()
    yield "wallet-canceling"
    desk.finish(State.DECLINED, reason="canceled")
    yield "wallet-canceled"
    _begin(staff, desk, EITHER)
    staff.main_action()
    desk.tell(replace(SHOWN, code=replace(SHOWN.code, valid_s=21) if SHOWN.code else None))
    desk.tell(PaymentProgress("wait_code"))
    yield "wallet-ending"
    desk.finish(State.DECLINED, reason="timed_out")
    yield "wallet-timed-out"
    _begin(staff, desk, EITHER)
    desk.finish(State.APPROVED, result=PAID)
    assert desk.operation is not None
    desk.tell(DocumentChanged(desk.operation.prepared.sale_id, "usage_slip", "L1-000123", 0, Printing.PRINTED))
    yield "wallet-paid"
    staff.main_action()


def _in_doubt(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    for code in ("1001", "1005"):
        staff.cart.select_item(code)
    _begin(staff, desk, EITHER)
    desk.finish(State.IN_DOUBT, reason="service_silent")
    yield "wallet-doubt"
    staff.main_action()
    yield "wallet-inquiring"
    desk.finish(State.IN_DOUBT, reason="unanswered")
    yield "wallet-unanswered"
    staff.act(Act.RESOLVE)
    staff.choose("found", "charged")
    yield "wallet-resolve"
    staff.act(Act.STEP_BACK)
    assert desk.operation is not None
    desk.operation = replace(desk.operation, seen=Seen("PayPay", "", Yen(90)))
    desk.finish(State.IN_DOUBT, reason="mismatch")
    yield "wallet-mismatch"
    desk.operation = replace(desk.operation, seen=None)
    desk.finish(State.NOT_CHARGED)
    yield "wallet-not-charged"
    _begin(staff, desk, EITHER)
    desk.finish(State.APPROVED, result=PAID)
    staff.main_action()


def _taken_back(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    staff.act(Act.SHOW_SALES)
    sales = staff.store.state.sales.sales if staff.store.state.sales else ()
    staff.sales.select(next(sale.sale_id for sale in sales if sale.standing == "paid"))
    yield "wallet-sale"
    staff.act(Act.VOID)
    staff.choose("approver", "yamada")
    staff.form.write("pin", PIN)
    staff.main_action()
    desk.tell(PaymentProgress("processing"))
    yield "wallet-voiding"
    desk.finish(State.IN_DOUBT, reason="service_silent")
    yield "wallet-void-doubt"
    desk.finish(State.DECLINED, reason="already_reversed")
    yield "wallet-void-declined"
    desk.finish(State.APPROVED, result=PAID)
    yield "wallet-voided"


def walk_wallet(language: str, size: tuple[int, int], visit: Visit) -> None:
    """Visit both windows in every scene."""
    windows, desk = build(language, *size, WALLET_SETUP)
    visit_scenes(windows, wallet_scenes(windows.staff_presenter, desk), visit)


if __name__ == "__main__":
    draw_scenes(walk_wallet, SIZES)
