"""Keying, scanning and refusing 納付書; a counter of its own, and scenes of tests.ui.draw."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kiosk.domain.item import Account, Item, SlipRule, SlipTreatment
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, State
from kiosk.domain.slip import ElQrRule
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import TenderKind
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.state import Category
from kiosk.services.notices import PaymentProgress, Question, QuestionField, Scanned
from kiosk.services.read_slip import read_slip
from receipts.letters import unprintable_character
from tests.ui.scripted_desk import SETUP, ScriptedDesk

RULE = SlipRule(
    "lunch",
    Yen(300_000),
    over_cap=SlipTreatment.WARN,
    expired=SlipTreatment.WARN,
    stamp_duty=SlipTreatment.REFUSE,
    prefixes=("91234501",),
    number_from=18,
    number_digits=10,
)
LUNCH = Item(
    "5001",
    "学校給食費",
    "がっこうきゅうしょくひ",
    "slip",
    Yen(0),
    TaxClass("out_of_scope", "不課税", None),
    Account("1-21-05", ("一般会計", "諸収入", "雑入", "雑入", "学校給食費", "学校給食費納付金"), "保健給食課"),
    frozenset(TenderKind),
    date(2026, 4, 1),
    "School lunch fee",
    slip=RULE,
)
NURSERY = replace(
    LUNCH,
    code="5002",
    name="保育所保育料",
    kana="ほいくしょほいくりょう",
    name_en="Nursery fee",
    slip=replace(RULE, code="nursery", expired=SlipTreatment.REFUSE, prefixes=("91234502",)),
)
CAR_TAX = replace(
    LUNCH,
    code="5005",
    name="軽自動車税（種別割）",
    kana="けいじどうしゃぜい",
    name_en="Light vehicle tax",
    slip=replace(RULE, code="tax", prefixes=("91234509",), has_el_qr=True),
)
CARDS_BARRED = ElQrRule(
    date(2023, 4, 1), frozenset({TenderKind.CREDIT, TenderKind.EMONEY, TenderKind.CODE}), digits_min=45
)
SLIP_SETUP = replace(
    SETUP,
    items=(*SETUP.items, LUNCH, NURSERY, CAR_TAX),
    categories=(Category("slip", "納付書", "#c74700"), *SETUP.categories),
    cap_yen=Yen(1_000_000),
    el_qr=(CARDS_BARRED,),
    read_slip=read_slip,
    unprintable_character=unprintable_character,
)
CASH_SALE = Question(
    "cash_sale", 17_600, (QuestionField("tendered_yen", "yen", 7, required=True, choices=()),), ("done", "cancel")
)
EL_QR = "2" * 60
KEYED_WRONG = {"fiscal_year": "7", "assessment": "12345", "slip_yen": "4500", "slip_again_yen": "5400"}
PAY_EASY = "13800 12345678901234567890 1234 567"
LUNCH_CODE = "91912345010000000000000045208026122500131003"
LATE_CODE = "91912345010000000000000045208026103100131006"


def slip_scenes(staff: StaffPresenter, desk: ScriptedDesk, sign_in: Iterator[str]) -> Iterator[str]:
    """A counter that takes 納付書, from its sign-in to an empty sale."""
    deque(sign_in, maxlen=0)
    staff.cart.choose_category("slip")
    yield "slip-items"
    staff.cart.select_item("5001")
    yield "slip-empty"
    staff.form.write("payer", "豊田 太郎")
    for field, value in KEYED_WRONG.items():
        staff.form.write(field, value)
    staff.main_action()
    yield "slip-amounts-differ"
    staff.form.write("slip_again_yen", "4500")
    staff.main_action()
    yield "slip-in-cart"
    desk.tell(Scanned(LATE_CODE))
    yield "slip-late"
    staff.form.write("payer", "株式会社ながいながい会社の名前のとよた給食サービス豊田本店")
    staff.main_action()
    yield "slip-two"
    yield from _paid(staff, desk)
    staff.cart.select_item("5002")
    desk.tell(Scanned(PAY_EASY))
    yield "slip-pay-easy"
    staff.form.write("payer", "SILVA Maria Conceição")
    staff.form.write("slip_yen", "300001")
    staff.form.write("slip_again_yen", "300001")
    staff.main_action()
    yield "slip-cap"
    staff.form.write("payer", "葛\U000e01ef城 太郎")
    staff.main_action()
    yield "slip-no-font"
    staff.form.write("payer", "葛城 太郎")
    desk.tell(Scanned(EL_QR))
    yield "slip-el-qr"
    staff.cancel()
    desk.tell(Scanned("1" * 44))
    desk.tell(Scanned(LUNCH_CODE[:-1] + "0"))
    yield "slip-damaged"
    staff.act(Act.CLEAR_CART)
    staff.cart.choose_category("certificate")


def _paid(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    """Whose slips they are stays in sight while the money is taken, and afterwards."""
    staff.payment.choose_tender("credit", staff.store.state.cart.revision)
    staff.main_action()
    desk.tell(PaymentProgress("wait_card"))
    yield "slip-working"
    desk.finish(State.DECLINED, reason="card_refused", code="6C")
    staff.payment.choose_tender("cash", staff.store.state.cart.revision)
    staff.main_action()
    desk.tell(CASH_SALE)
    staff.form.write("tendered_yen", "20000")
    yield "slip-cash"
    staff.main_action()
    desk.finish(State.APPROVED, result=DeviceResult(tendered_yen=Yen(20_000)))
    yield "slip-done"
    staff.main_action()
    desk.list_sales()
    staff.act(Act.SHOW_SALES)
    staff.sales.select(desk.sales[0].sale_id)
    yield "slip-sale"
    staff.cancel()
