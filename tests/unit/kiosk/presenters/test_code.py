"""A code for the citizen's phone: on the customer window for as long as the payment wants it."""

from pathlib import Path

from drivers.payment.api import ShownCode
from kiosk.domain.operation import State
from kiosk.presenters.customer import CustomerPresenter, CustomerScreen
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.texts import load_texts
from kiosk.services.notices import CodeShown, Question
from kiosk.services.show_code import code_shown
from tests.ui.scripted_desk import PIN, SETUP, TODAY, ScriptedDesk

TEXTS = Path(__file__).resolve().parents[4] / "config" / "texts"
CODE = code_shown(ShownCode("https://pay.example/04-4242424242424242", brand="PayPay"))
OTHER = code_shown(ShownCode("https://pay.example/05-1111111111111111", brand="PayPay"))
LAST_DIGITS = Question("sticker_done", 900, (), ("done", "unsure"))


def _paying() -> tuple[ScriptedDesk, StaffPresenter, list[CustomerScreen]]:
    """A counter whose device is at work, and what the citizen has seen since."""
    texts, desk = load_texts(TEXTS, "ja"), ScriptedDesk()
    staff = StaffPresenter(SETUP, texts, desk, lambda: TODAY, lambda _: None)
    desk.tell = staff.handle
    staff.choose("operator", "suzuki")
    staff.form.write("pin", PIN)
    staff.main_action()
    staff.main_action()
    staff.cart.select_item("3001")
    seen: list[CustomerScreen] = []
    CustomerPresenter(SETUP, texts, staff.store, staff.payment, seen.append)
    staff.payment.choose_tender("credit", staff.store.state.cart.revision)
    staff.main_action()
    seen.clear()
    return desk, staff, seen


def test_the_code_stands_on_the_customer_window_until_it_is_taken_away() -> None:
    desk, _, seen = _paying()
    desk.tell(CODE)
    desk.tell(CodeShown(None))
    assert [screen.code for screen in seen] == [CODE.code, None]


def test_the_code_stays_while_the_clerk_is_asked() -> None:
    desk, _, seen = _paying()
    desk.tell(CODE)
    desk.tell(LAST_DIGITS)
    desk.tell(OTHER)
    assert [screen.code for screen in seen] == [CODE.code, CODE.code, OTHER.code]


def test_the_code_goes_with_the_payment() -> None:
    desk, _, seen = _paying()
    desk.tell(CODE)
    desk.finish(State.APPROVED)
    assert seen[-1].code is None
