"""Draw every state of the windows to PNG: ``python -m tests.ui.draw DIR [ja|en]``. For eyes, and for the clip test."""

import os
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


from kiosk.domain.daily_log import LogReview
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Operation, State
from kiosk.domain.record import BrandCount, DailyLogCompared, LogEntry, LogPair
from kiosk.presenters.screen import Act
from kiosk.presenters.state import CounterSetup
from kiosk.presenters.texts import load_texts
from kiosk.services.notices import (
    ClosingProgress,
    DailyLogsCompared,
    DocumentChanged,
    PaymentProgress,
    Printing,
    Question,
    QuestionField,
    Refused,
)
from kiosk.ui.app import Windows, build_windows
from kiosk.ui.theme import read_tokens
from tests.ui.open_scenes import open_scenes
from tests.ui.printer_scenes import printer_scenes
from tests.ui.register_scenes import frozen_sale, register_lights
from tests.ui.scan_scenes import scan_scenes
from tests.ui.scripted_desk import (
    ALL_GOOD,
    CREDIT,
    PIN,
    REFUNDING,
    SETUP,
    TODAY,
    TROUBLED,
    ScriptedDesk,
    earlier_sale,
    prepared,
)
from tests.ui.slip_scenes import SLIP_SETUP, slip_scenes
from tests.ui.walking import Visit, draw_scenes, visit_scenes

ROOT = Path(__file__).resolve().parents[2]
SIZES = ((1280, 800), (1024, 768))
VISA = BrandCount("Visa", 2, Yen(1800))
LISTED = DailyLogCompared(
    "terminal",
    40,
    (VISA,),
    (BrandCount("VISA", 1, Yen(900)), BrandCount("JCB", 1, Yen(450))),
    settled=True,
    only_ours=(LogEntry("Visa", "00042", Yen(900), "10:15"),),
    only_theirs=(LogEntry("JCB", "00043", Yen(450), "10:31"),),
    differing=(LogPair(LogEntry("Visa", "00044", Yen(300), "11:02"), LogEntry("Visa", "00044", Yen(3000), "11:02")),),
)
SILENT = DailyLogCompared("emoney", 41, (), (), settled=False, unavailable="no_answer")
TOTALS = DailyLogCompared("terminal", 42, (VISA,), (BrandCount("VISA", 3, Yen(2700)),), settled=True)
TO_TICK = (LogEntry("Visa", "00042", Yen(900), "10:15"), LogEntry("Visa", "00045", Yen(900), "13:40"))
LOGS = (LogReview(LISTED), LogReview(SILENT))
SLIP = DeviceResult("Visa", "4242", "123456", "00042", "T1", "17")
ATTENDED = Question(
    "attended_sale",
    900,
    (
        QuestionField(
            "brand", "choice", 0, required=True, choices=("交通系IC", "iD", "QUICPay", "nanaco", "WAON", "楽天Edy")
        ),
        QuestionField("amount_yen", "yen", 9, required=True, choices=()),
        QuestionField("slip_number", "digits", 8, required=True, choices=()),
        QuestionField("approval_code", "text", 8, required=False, choices=()),
    ),
    ("approved", "declined", "unfinished", "wrong_amount", "unsure"),
)
TENDERED = QuestionField("tendered_yen", "yen", 7, required=True, choices=())
CASH_SALE = Question("cash_sale", 900, (TENDERED,), ("done", "cancel"))
ATTENDED_VOID = Question("attended_void", 750, ATTENDED.fields[1:], ATTENDED.answers)
CASH_INQUIRY = Question("cash_inquiry", 900, (), ("charged", "not_charged", "unsure"))


def build(language: str, width: int, height: int, setup: CounterSetup = SETUP) -> tuple[Windows, ScriptedDesk]:
    """Both windows on a scripted desk, shown."""
    texts = load_texts(ROOT / "config" / "texts", language)
    tokens = read_tokens(tomllib.loads((ROOT / "config/design/tokens.toml").read_text(encoding="utf-8")))
    desk = ScriptedDesk()
    windows = build_windows(setup, texts, desk, lambda: TODAY, tokens)
    desk.tell = windows.staff_presenter.handle
    windows.staff.resize(width, height)
    windows.customer.resize(1024, 768)
    windows.staff.show()
    windows.customer.show()
    return windows, desk


class Scenes:
    """Walks the windows through their states, yielding a name at each."""

    def __init__(self, windows: Windows, desk: ScriptedDesk) -> None:
        self.staff, self.desk = windows.staff_presenter, desk

    def all(self) -> Iterator[str]:
        """Every scene, in an order a counter could live through."""
        for part in (
            self.before,
            self.cart,
            self.card,
            self.ends,
            lambda: printer_scenes(self.staff, self.desk),
            self.doubt,
            lambda: open_scenes(self.staff, self.desk),
            self.void,
            self.questions,
            lambda: scan_scenes(self.staff, self.desk, CASH_SALE),
            self.lists,
            self.earlier,
            self.after,
        ):
            yield from part()

    def before(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        yield "sign-in"
        staff.choose("operator", "suzuki")
        staff.form.write("pin", "12")
        yield "sign-in-pin"
        staff.form.write("pin", "9999")
        staff.main_action()
        yield "sign-in-wrong"
        desk.tell(Refused("pin_resting", minutes=16))
        yield "sign-in-resting"
        staff.form.write("pin", PIN)
        staff.main_action()
        desk.tell(ALL_GOOD)
        yield "day"
        staff.main_action()
        yield "pick"

    def cart(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        staff.main_action()
        yield "cart-empty-refused"
        for code in ("1001", "1001", "1005"):
            staff.cart.select_item(code)
        yield "cart"
        staff.cart.search("しょうめい")
        yield "search"
        staff.cart.search("zzz")
        yield "search-none"
        staff.cart.search("")
        staff.cart.choose_category("")
        yield "all-items"
        staff.cart.choose_category("certificate")
        staff.act(Act.EXEMPT)
        yield "exempt"
        staff.exempt("pension")
        yield "exempted"
        staff.act(Act.EXEMPT)
        staff.exempt("")
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        yield "tender-marked"
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        yield "offer"
        staff.cart.select_item("9001")
        yield "offer-changed-cash-only"
        staff.cart.remove()
        desk.tell(TROUBLED)
        yield "troubled"
        yield from frozen_sale(desk)

    def card(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        desk.tell(ALL_GOOD)
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        yield "working-connecting"
        for phase in ("wait_card", "wait_pin", "processing", "remove_card"):
            desk.tell(PaymentProgress(phase))
            yield f"working-{phase}"
        staff.cancel()
        yield "canceling"
        desk.finish(State.DECLINED, reason="card_refused", code="6C")
        yield "declined"
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        desk.finish(State.DECLINED, reason="card_left_in", code="DC")
        yield "declined-card-left-in"
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        desk.finish(State.NOT_SENT, reason="port_missing")
        yield "not-sent"

    def ends(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        desk.finish(State.APPROVED, result=SLIP)
        yield "approved"
        for printing, fault in (
            (Printing.QUEUED, ""),
            (Printing.PRINTED, ""),
            (Printing.UNKNOWN, "line_lost"),
            (Printing.FAILED, "paper_end"),
        ):
            desk.tell(DocumentChanged(self._sale_id(), "usage_slip", "A1-000123", 0, printing, fault))
            yield f"approved-{printing}"
        desk.tell(DocumentChanged(self._sale_id(), "usage_slip", "A1-U2026-000123", 0, Printing.PRINTED, ""))
        lost = DocumentChanged(self._sale_id(), "terminal_merchant", "A1-T2026-000007", 0, Printing.FAILED, "paper_end")
        desk.tell(lost)
        yield "approved-terminal-slip-lost"
        staff.cart.select_item("3006")
        yield "zero-yen"
        staff.main_action()
        yield "free-done"

    def doubt(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        for code in ("2001", "1005"):
            staff.cart.select_item(code)
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        desk.finish(State.IN_DOUBT, reason="line_lost")
        yield "doubt"
        staff.main_action()
        yield "doubt-inquiring"
        desk.finish(State.IN_DOUBT, reason="silence")
        yield from self.other_tender()
        staff.cancel()
        yield "resolve"
        staff.choose("found", "charged")
        staff.choose("evidence", staff.texts("choice.evidence.slip"))
        yield "resolve-approver"
        staff.choose("approver", "yamada")
        staff.form.write("pin", "1111")
        staff.main_action()
        yield "resolve-wrong-pin"
        staff.form.write("pin", PIN)
        staff.main_action()
        yield "resolved"

    def other_tender(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        doubtful = desk.operation
        staff.act(Act.OTHER_TENDER)
        yield "other-tender"
        staff.cancel()
        staff.act(Act.SET_ASIDE)
        yield "aside"
        staff.cart.select_item("1001")
        yield "aside-cart"
        staff.main_action()
        yield "aside-offer"
        staff.cancel()
        staff.act(Act.CLEAR_CART)
        desk.remember(doubtful) if doubtful else None
        staff.act(Act.SHOW_SALES)
        yield "aside-sales"
        staff.main_action()
        desk.operation = doubtful

    def void(self) -> Iterator[str]:
        """取消 of a paid sale, from today's sales."""
        staff, desk = self.staff, self.desk
        staff.act(Act.SHOW_SALES)
        sales = staff.store.state.sales.sales if staff.store.state.sales else ()
        staff.sales.select(next(sale.sale_id for sale in sales if sale.standing == "paid"))
        yield "void-select"
        staff.act(Act.VOID)
        staff.choose("approver", "yamada")
        yield "void-approve"
        staff.form.write("pin", PIN)
        staff.main_action()
        desk.tell(PaymentProgress("processing"))
        yield "void-working"
        desk.tell(ATTENDED_VOID)
        yield "void-attended"
        staff.submit("unsure")
        desk.finish(State.IN_DOUBT, reason="clerk_unsure")
        yield "void-doubt"
        desk.finish(State.APPROVED, result=SLIP)
        desk.tell(DocumentChanged(self._sale_id(), "void_slip", "A1-V2026-000001", 0, Printing.PRINTED))
        yield "void-done"
        staff.main_action()
        staff.act(Act.SHOW_SALES)
        yield "void-listed"

    def questions(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        for code in ("1001", "1001", "1005"):
            staff.cart.select_item(code)
        staff.payment.choose_tender("emoney", staff.store.state.cart.revision)
        staff.main_action()
        desk.tell(ATTENDED)
        yield "attended"
        staff.choose("brand", "QUICPay")
        staff.form.write("amount_yen", "9000")
        staff.form.next_field()
        yield "attended-differs"
        staff.form.write("amount_yen", "900")
        staff.form.next_field()
        staff.form.write("slip_number", "00123")
        yield "attended-slip"
        staff.form.write("slip_number", "")
        staff.main_action()
        yield "attended-missing"
        staff.cancel()
        desk.finish(State.DECLINED, reason="canceled")
        staff.payment.choose_tender("cash", staff.store.state.cart.revision)
        staff.main_action()
        desk.tell(CASH_SALE)
        yield "cash"
        staff.form.write("tendered_yen", "500")
        staff.main_action()
        yield "cash-short"
        staff.form.write("tendered_yen", "10000")
        yield "cash-change"
        staff.main_action()
        desk.finish(State.APPROVED, result=DeviceResult(tendered_yen=Yen(10_000)))
        yield "cash-done"
        staff.main_action()

    def lists(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        staff.act(Act.SHOW_MENU)
        yield "menu"
        desk.tell(TROUBLED)
        yield "menu-troubled"
        yield from register_lights(desk)
        staff.act(Act.SHOW_HELP)
        yield "help"
        staff.act(Act.SHOW_SALES)
        yield "sales"
        staff.main_action()
        staff.sales.select(staff.store.state.sales.sales[1].sale_id if staff.store.state.sales else "")
        yield "sales-selected"
        staff.act(Act.SHOW_CLOSE)
        yield "close"
        open_doubt = Operation(prepared(self.desk.offers[-1][0].cart, CREDIT, 99), State.IN_DOUBT, 99, reason="silence")
        desk.remember(open_doubt)
        desk.list_sales()
        yield "close-blocked"
        desk.tell(Refused("day_has_unsettled"))
        yield "close-refused"
        staff.act(Act.SHOW_SALES)
        staff.sales.select("sale-99")
        yield "sales-doubt"
        staff.main_action()
        yield "sales-settle"
        desk.operation = open_doubt
        desk.tell(CASH_INQUIRY)
        yield "cash-inquiry"
        staff.submit("not_charged")
        desk.finish(State.NOT_CHARGED)
        yield "not-charged"

    def after(self) -> Iterator[str]:
        staff = self.staff
        staff.cart.select_item("1001")
        for n in range(2):
            for key in SETUP.items[: 7 + n]:
                staff.cart.select_item(key.code)
        staff.cart.set_quantity(99)
        yield "long-cart"
        staff.act(Act.CLEAR_CART)
        staff.act(Act.SHOW_SALES)
        sales = staff.store.state.sales.sales if staff.store.state.sales else ()
        staff.sales.select(next(sale.sale_id for sale in sales if sale.standing == "paid"))
        staff.act(Act.REFUND)
        staff.choose("reason", staff.texts("choice.refund.paid_twice"))
        yield "refund"
        staff.choose("approver", "yamada")
        staff.form.write("pin", PIN)
        staff.main_action()
        yield "refund-recorded"
        yield from self.close()

    def earlier(self) -> Iterator[str]:
        """Finding sales of other days, and giving one back on its terminal."""
        staff, desk = self.staff, self.desk
        friday, thursday, last_year = date(2026, 11, 20), date(2026, 11, 19), date(2025, 12, 1)
        desk.earlier = [earlier_sale(n, friday, REFUNDING) for n in (42, 41, 40, 39)]
        desk.earlier += [earlier_sale(n, thursday) for n in (31, 30)] + [earlier_sale(7, last_year)]
        staff.act(Act.SHOW_SALES)
        staff.act(Act.DAY_BEFORE)
        yield "found-day"
        staff.act(Act.FIND)
        yield "find"
        staff.form.write("number", "0")
        staff.main_action()
        yield "find-none"
        staff.form.write("number", "")
        staff.form.write("date", "1399")
        staff.main_action()
        yield "find-date-wrong"
        staff.form.write("date", "")
        staff.form.write("number", "4242")
        staff.main_action()
        yield "found"
        staff.sales.select(desk.earlier[0].sale_id)
        staff.act(Act.REFUND)
        yield "refund-either"
        staff.choose("way", "terminal")
        staff.choose("reason", staff.texts("choice.refund.paid_twice"))
        staff.choose("approver", "yamada")
        staff.form.write("pin", PIN)
        staff.main_action()
        desk.tell(PaymentProgress("wait_card"))
        yield "refund-working"
        desk.finish(State.IN_DOUBT, reason="silence")
        yield "refund-doubt"
        staff.cancel()
        yield "refund-resolve"
        staff.cancel()
        desk.finish(State.DECLINED, reason="card_refused", code="78")
        yield "refund-declined"
        desk.finish(State.APPROVED, result=SLIP)
        desk.tell(DocumentChanged(self._sale_id(), "refund_slip", "A1-K2026-000001", 0, Printing.PRINTED))
        yield "refund-done"
        staff.main_action()
        staff.act(Act.SHOW_SALES)
        staff.act(Act.DAY_BEFORE)
        yield "refund-listed"

    def close(self) -> Iterator[str]:
        staff, desk = self.staff, self.desk
        staff.act(Act.SHOW_CLOSE)
        desk.answers_late = True
        staff.main_action()
        for device, phase in (("terminal", "waiting"), ("emoney", "waiting"), ("terminal", "processing")):
            desk.tell(ClosingProgress(device, phase))
        yield "closing"
        desk.tell(ClosingProgress("terminal", "answered"))
        desk.tell(ClosingProgress("emoney", "connecting"))
        yield "closing-second"
        staff.cancel()
        yield "closing-stopped"
        for name, logs in (
            ("close-differs", LOGS),
            ("close-silent", (LogReview(SILENT),)),
            ("close-to-tick", (LogReview(TOTALS, TO_TICK),)),
        ):
            desk.tell(DailyLogsCompared(logs))
            yield name
        desk.answers_late = False
        staff.main_action()
        yield "day-closed"

    def _sale_id(self) -> str:
        assert self.desk.operation is not None
        return self.desk.operation.prepared.sale_id


def walk(language: str, size: tuple[int, int], visit: Visit) -> None:
    """Visit both windows in every scene."""
    for setup, scenes_of in (
        (SETUP, Scenes.all),
        (SLIP_SETUP, lambda scenes: slip_scenes(scenes.staff, scenes.desk, scenes.before())),
    ):
        windows, desk = build(language, *size, setup)
        visit_scenes(windows, scenes_of(Scenes(windows, desk)), visit)


if __name__ == "__main__":
    draw_scenes(walk, SIZES)
