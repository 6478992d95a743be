"""Who is at the counter and whether the day is open. Owns sign-in, opening and closing; refuses to check a PIN."""

from dataclasses import replace

from kiosk.domain.operator import Act, Operator
from kiosk.presenters.cart import new_sale
from kiosk.presenters.desk import Desk
from kiosk.presenters.forms import first_open
from kiosk.presenters.state import Done, Editing, Form, FormField, StaffState, Store, View
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words
from kiosk.services.notices import ClosingProgress, DailyLogsCompared, DayChanged, OperatorSignedIn, OperatorSignedOut

DayNotice = OperatorSignedIn | OperatorSignedOut | DayChanged | ClosingProgress | DailyLogsCompared


def sign_in_form(operators: tuple[Operator, ...], texts: Texts) -> Form:
    """Who of those that work here, and the PIN."""
    working = (person for person in operators if person.may(Act.SIGN_IN))
    people = tuple((person.operator_id, f"{person.name}\n{person.title}".strip()) for person in working)
    fields = (
        FormField("operator", texts("field.operator"), "choice", choices=people),
        FormField("pin", texts("field.pin"), "pin"),
    )
    values = {"operator": people[0][0]} if len(people) == 1 else {}
    return Form(
        "sign_in",
        texts("sign_in.title"),
        texts("sign_in.instruction"),
        None,
        fields,
        (("sign_in", texts("answer.sign_in")),),
        values,
        first_open(fields, values),
    )


class DayPresenter:
    """Sign-in, sign-out, open and close."""

    def __init__(self, store: Store, words: Words, texts: Texts, desk: Desk, operators: tuple[Operator, ...]) -> None:
        self._store = store
        self._words = words
        self._texts = texts
        self._desk = desk
        self._operators = operators

    def sign_in(self, form: Form) -> None:
        operator_id, pin = form.values["operator"], form.values["pin"]
        # The PIN leaves the state before anything else happens to it.
        cleared = replace(form.with_value("pin", ""), active="pin")
        self._store.set(replace(self._store.state, sign_in=cleared, message=None))
        self._desk.sign_in(operator_id, pin)

    def sign_out(self) -> None:
        """Only between two sales: a cart in work belongs to the person who began it."""
        state = self._store.state
        if isinstance(state.stage, Done) or (isinstance(state.stage, Editing) and not state.cart.lines):
            self._desk.sign_out()
        else:
            self._store.set(replace(state, message=self._words.refusal("sale_in_work")))

    def open_day(self) -> None:
        self._desk.open_day()

    def show_close(self) -> None:
        state = self._store.state
        if isinstance(state.stage, Editing) and state.cart.lines:
            self._store.set(replace(state, message=self._words.refusal("sale_in_work")))
            return
        self._store.set(replace(state, view=View.CLOSE, compared=(), message=None))
        self._desk.list_sales()

    def close_day(self) -> None:
        state = self._store.state
        if not state.closing:
            self._store.set(replace(state, closing=True, message=None))
            self._desk.close_day(confirmed=bool(state.compared))

    def ask_again(self) -> None:
        """もう一度問い合わせる: a terminal that was silent may answer now."""
        state = self._store.state
        if state.compared and not state.closing:
            self._store.set(replace(state, closing=True, compared=(), message=None))
            self._desk.close_day(confirmed=False)

    def stop_asking(self) -> None:
        """待たずに進む: the terminals have had their time; a person decides."""
        state = self._store.state
        if state.asked:
            self._store.set(replace(state, message=self._words.refusal("closing_stopped")))
            self._desk.cancel_payment()

    def handle(self, notice: DayNotice) -> None:
        state = self._store.state
        match notice:
            case OperatorSignedIn(operator):
                self._store.set(replace(state, operator=operator, sign_in=None, view=View.SALE, message=None))
            case OperatorSignedOut():
                form = sign_in_form(self._operators, self._texts)
                settled = new_sale(state) if isinstance(state.stage, Done | Editing) else state
                self._store.set(
                    replace(
                        settled,
                        operator=None,
                        sign_in=form,
                        view=View.SALE,
                        selected_sale="",
                        aside=frozenset(),
                        found=None,
                        finding=None,
                    )
                )
            case ClosingProgress():
                # In the order in which they were asked.
                asked = {each.device: each for each in state.asked} | {notice.device: notice}
                self._store.set(replace(state, asked=tuple(asked.values())))
            case DailyLogsCompared(reviews):
                self._store.set(replace(state, compared=reviews, closing=False, asked=(), message=None))
            case DayChanged():
                self._store.set(self._day_changed(state, notice))

    def _day_changed(self, state: StaffState, notice: DayChanged) -> StaffState:
        changed = state.day is not None and state.day.day.state is not notice.day.state
        view = View.SALE if changed else state.view
        return replace(
            state, day=notice, today=notice.today, closing=False, asked=(), compared=(), view=view, message=None
        )
