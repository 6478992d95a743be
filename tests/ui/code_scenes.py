"""A counter without a terminal, drawn: ``python -m tests.ui.code_scenes DIR [ja|en]``. For eyes and the clip test."""

import os
from collections.abc import Iterator
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


from drivers.payment.api import ShownCode
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Seen, State
from kiosk.domain.tender import Tender, TenderKind
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.state import CounterSetup
from kiosk.services.notices import PaymentProgress, Question, QuestionField, Scanned, SlipShown
from kiosk.services.show_code import code_shown
from receipts.sample import sample_sale
from receipts.slip_text import slip_modules
from tests.layouts import compose_sale
from tests.ui.draw import SIZES, build
from tests.ui.scripted_code_setup import DYNAMIC, STICKER
from tests.ui.scripted_desk import CASH, PIN, SETUP, ScriptedDesk
from tests.ui.walking import Visit, draw_scenes, visit_scenes

BRANDS = ("PayPay", "d払い", "楽天ペイ", "au PAY", "メルペイ")
CODE = Tender(TenderKind.CODE, "コード決済", "code", BRANDS, "みほんコード決済", without_terminal=True)
CODE_SETUP: CounterSetup = replace(SETUP, counter_name="稲武支所", tenders=(CODE, CASH))
LAST4 = QuestionField("payment_last4", "digits", 4, required=True, choices=(), length_min=4)
YEN = QuestionField("amount_yen", "yen", 9, required=True, choices=())
REFERENCE = QuestionField("reference", "text", 32, required=True, choices=())
ANSWERS = ("approved", "wrong_amount", "no_completion", "declined")
BRAND = Question("jpqr_brand", 900, (QuestionField("brand", "choice", 0, required=True, choices=BRANDS),), ("chosen",))
STATIC = Question("jpqr_static", 900, (LAST4,), ANSWERS)
AMOUNT_IN_IT = Question("jpqr_dynamic", 900, (LAST4,), ANSWERS)
OTHER_AMOUNT = Question("jpqr_other_amount", 900, (YEN, LAST4), ("wrong_amount", "back"))
CANCEL = Question("jpqr_cancel", 900, (), ("not_charged", "approved", "unsure"))
INQUIRY = Question("jpqr_inquiry", 900, (LAST4,), ("charged", "wrong_amount", "unsure"))
VOID = Question("jpqr_void", 900, (REFERENCE,), ("approved", "declined", "unsure"))
ASKED = code_shown(ShownCode("", carries_amount=False))
WITH_AMOUNT = code_shown(ShownCode(DYNAMIC, brand="PayPay"))
ISSUED = code_shown(ShownCode(STICKER, carries_amount=False, brand="d払い"))
ON_COUNTER = code_shown(ShownCode("", carries_amount=False, brand="d払い"))
PAID = DeviceResult("d払い", payment_last4="4821")


def _in_doubt(desk: ScriptedDesk, reason: str, seen: Seen) -> None:
    assert desk.operation is not None
    desk.operation = replace(desk.operation, seen=seen)
    desk.finish(State.IN_DOUBT, reason=reason)


def code_scenes(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    """Every scene, in an order such a counter could live through."""
    yield from _setup(staff)
    yield from _sale(staff, desk)


def _setup(staff: StaffPresenter) -> Iterator[str]:
    staff.choose("operator", "suzuki")
    staff.form.write("pin", PIN)
    staff.main_action()
    staff.main_action()
    staff.act(Act.SHOW_MENU)
    yield "code-menu"
    staff.act(Act.SHOW_CODE)
    yield "code-none"
    staff.handle(Scanned(STICKER))
    yield "code-enrol"
    staff.choose("approver", "yamada")
    staff.form.write("pin", PIN)
    staff.main_action()
    yield "code-enrolled"
    staff.main_action()
    yield "code-trial"
    staff.choose("tested", "passed")
    staff.choose("approver", "yamada")
    staff.form.write("pin", PIN)
    staff.main_action()
    yield "code-tested"
    staff.act(Act.BACK)


def _sale(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    for code in ("1001", "1001", "1005"):
        staff.cart.select_item(code)
    staff.payment.choose_tender("code", staff.store.state.cart.revision)
    yield "code-cart"
    staff.main_action()
    desk.tell(PaymentProgress("wait_clerk"))
    desk.tell(ASKED)
    desk.tell(BRAND)
    yield "code-brand"
    desk.tell(WITH_AMOUNT)
    desk.tell(AMOUNT_IN_IT)
    yield "code-dynamic"
    desk.tell(ISSUED)
    desk.tell(STATIC)
    yield "code-static"
    desk.tell(ON_COUNTER)
    staff.form.write("payment_last4", "48")
    staff.main_action()
    yield "code-too-short"
    desk.tell(OTHER_AMOUNT)
    yield "code-other-amount"
    desk.tell(CANCEL)
    yield "code-cancel"
    _in_doubt(desk, "no_completion", Seen("d払い"))
    yield "code-doubt"
    desk.tell(INQUIRY)
    yield "code-inquiry"
    _in_doubt(desk, "clerk_unsure", Seen("d払い"))
    yield "code-doubt-again"
    staff.act(Act.RESOLVE)
    staff.choose("found", "not_charged")
    yield "code-resolve"
    staff.act(Act.STEP_BACK)
    _in_doubt(desk, "mismatch", Seen("d払い", "4821", Yen(90)))
    yield "code-mismatch"
    staff.act(Act.RESOLVE)
    staff.choose("found", "not_charged")
    staff.choose("evidence", staff.texts("choice.evidence.portal"))
    staff.form.write("reference", "20261123-778812")
    yield "code-mismatch-resolve"
    staff.act(Act.STEP_BACK)
    desk.finish(State.APPROVED, result=PAID)
    yield "code-done"
    assert desk.operation is not None
    desk.tell(SlipShown(desk.operation.prepared.sale_id, slip_modules(compose_sale(sample_sale()))))
    yield "code-slip"


def walk_code(language: str, size: tuple[int, int], visit: Visit) -> None:
    """Visit both windows in every scene."""
    windows, desk = build(language, *size, CODE_SETUP)
    visit_scenes(windows, code_scenes(windows.staff_presenter, desk), visit)


if __name__ == "__main__":
    draw_scenes(walk_code, SIZES)
