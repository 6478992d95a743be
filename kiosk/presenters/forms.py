"""Filling in a form with keypad and choices. Owns limits and checks of what is keyed; refuses to send it anywhere."""

from dataclasses import replace

from kiosk.presenters.state import Approving, Asking, Form, FormField, KeyingSlip, Resolving, StaffState, Store, View
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words
from kiosk.services.notices import Question

PIN_LENGTH_MAX = 12
"""Longer PINs are not remembered; shorter ones are the sign-in rules' affair."""
TEXT_LENGTH_MAX = 60
"""Evidence must fit one line of a printed report."""
YEN_DIGITS_MAX = 9
"""As many as YEN_MAX has."""
DIGITS_MAX = 20
"""Slip and approval numbers are shorter than this on every terminal seen."""
YEAR_DIGITS = 4
_LENGTHS = {
    "pin": PIN_LENGTH_MAX,
    "text": TEXT_LENGTH_MAX,
    "yen": YEN_DIGITS_MAX,
    "digits": DIGITS_MAX,
    "year": YEAR_DIGITS,
}
KEYED = frozenset({"digits", "yen", "pin", "text", "year", "name", "number"})
"""Field kinds the keypad writes into."""
SCANNED = "scan"
"""The kind of field that is read by a scanner; what was read is never in a state."""
NEEDED: dict[str, tuple[str, ...]] = {
    "declined": (),
    "not_charged": (),
    "unsure": (),
    "cancel": (),
    "no_completion": (),
    "back": (),
    "unfinished": ("brand", "amount_yen", "slip_number"),
    "wrong_amount": ("amount_yen",),
}
"""The fields an answer needs where it does not need all: what was not charged has no slip to key."""


def form_in(state: StaffState) -> Form | None:
    """The form a key press would reach: sign-in, what is asked or approved, the search on the sales page."""
    if state.operator is None:
        return state.sign_in
    if isinstance(state.stage, Asking | Resolving | Approving | KeyingSlip):
        return state.stage.form
    if state.view is View.CODE:
        return state.setting_up.form if state.setting_up else None
    if state.view is View.MENU:
        return state.drawer
    return state.finding if state.view is View.SALES else None


def with_form(state: StaffState, form: Form) -> StaffState:
    if state.operator is None:
        return replace(state, sign_in=form)
    if isinstance(state.stage, Asking | Resolving | Approving | KeyingSlip):
        return replace(state, stage=replace(state.stage, form=form))
    if state.view is View.CODE and state.setting_up is not None:
        return replace(state, setting_up=replace(state.setting_up, form=form))
    if state.view is View.MENU and state.drawer is not None:
        return replace(state, drawer=form)
    return replace(state, finding=form)


def question_form(question: Question, texts: Texts) -> Form:
    """A device's question as a form, with its words."""
    key = f"question.{question.name}"
    fields = tuple(
        FormField(
            field.name,
            texts.first(f"field.{question.name}.{field.name}", f"field.{field.name}", "field.other"),
            field.kind,
            field.length_max,
            field.required,
            tuple((value, _choice_label(texts, field.name, value)) for value in field.choices),
            field.length_min,
        )
        for field in question.fields
    )
    answers = tuple(
        (name, texts.first(f"answer.{question.name}.{name}", f"answer.{name}", "answer.other"))
        for name in question.answers
    )
    title = texts.first(f"{key}.title", "question.other.title")
    instruction = texts.first(f"{key}.instruction", "question.other.instruction")
    amount_yen = question.amount_yen or None
    return Form(question.name, title, instruction, amount_yen, fields, answers, active=first_open(fields, {}))


def _choice_label(texts: Texts, field: str, value: str) -> str:
    # Brands are data and stand for themselves; words of ours have a key.
    return texts(f"choice.{field}.{value}") if texts.has(f"choice.{field}.{value}") else value


def first_open(fields: tuple[FormField, ...], values: dict[str, str]) -> str:
    """Name of the first required field without a value, else of the last field: Enter there hands the form in."""
    empty = (field.name for field in fields if field.required and not values.get(field.name))
    return next(empty, fields[-1].name if fields else "")


def problem(form: Form, answer: str) -> tuple[str, str] | None:
    """The rule an answer breaks and the field it breaks it in."""
    is_main = bool(form.answers) and answer == form.answers[0][0]
    for field in form.fields:
        if not is_main and answer in NEEDED and field.name not in NEEDED[answer]:
            continue
        if field.required and not form.values.get(field.name, "").strip():
            return "field_missing", field.name
        if 0 < len(form.values.get(field.name, "")) < field.length_min:
            return "field_too_short", field.name
        rule = wrong_amount(form, field.name, answer)
        if rule:
            return rule, field.name
    return None


def wrong_amount(form: Form, name: str, answer: str = "") -> str:
    """The rule that a keyed amount breaks, or empty. ``amount_yen`` is the form's amount, keyed a second time."""
    value = form.values.get(name, "")
    if name == "tendered_yen" and value and int(value) < (form.amount_yen or 0):
        return "tendered_short"
    if name == "amount_yen" and value:
        same = int(value) == form.amount_yen
        return "" if same is (answer != "wrong_amount") else "amount_agrees" if same else "amount_differs"
    if name == "slip_again_yen" and value and value != form.values.get("slip_yen"):
        return "slip_amounts_differ"
    return ""


def scan_field(form: Form) -> FormField | None:
    """The field that a scanner fills and no key, where the form has one."""
    return next((field for field in form.fields if field.kind == SCANNED), None)


class FormPresenter:
    """Keys pressed while a form is open: sign-in, a device's question, settling a doubt."""

    def __init__(self, store: Store, words: Words) -> None:
        self._store = store
        self._words = words

    def focus(self, name: str) -> None:
        form = form_in(self._store.state)
        if form and form.field_named(name):
            self._put(replace(form, active=name))

    def choose(self, name: str, value: str) -> None:
        """Choose one of a field's choices; the next empty field becomes active, or the last one when none is."""
        form = form_in(self._store.state)
        field = form.field_named(name) if form else None
        if form and field and any(value == known for known, _ in field.choices):
            chosen = form.with_value(name, value)
            self._put(replace(chosen, active=first_open(form.fields, dict(chosen.values))))

    def write(self, name: str, text: str) -> None:
        """Replace a field's value, as typed or as a quick key says."""
        form = form_in(self._store.state)
        field = form.field_named(name) if form else None
        if form and field and self._fits(field, text):
            self._put(replace(form.with_value(name, text), active=name))

    def digit(self, digit: str) -> None:
        form = form_in(self._store.state)
        field = form.field_named(form.active) if form else None
        if form and field and field.kind in KEYED:
            value = form.values.get(field.name, "")
            anew = form.refused == field.name or (field.kind == "year" and len(value) == YEAR_DIGITS)
            self.write(field.name, digit if anew else value + digit)

    def correct(self) -> None:
        """訂正: take back the last character, or all of what was refused; an empty field leads to the one before."""
        form = form_in(self._store.state)
        field = form.field_named(form.active) if form else None
        if form is None or field is None:
            return
        value = form.values.get(field.name, "")
        if value and field.kind in KEYED:
            self._put(form.with_value(field.name, "" if form.refused == field.name else value[:-1]))
        else:
            self._put(replace(form, active=form.fields[max(0, form.fields.index(field) - 1)].name))

    def next_field(self) -> bool:
        """Leave the active field for the next, or stay where its amount is wrong; False when it is the last."""
        form = form_in(self._store.state)
        names = [field.name for field in form.fields] if form else []
        if form is None or form.active not in names[:-1]:
            return False
        rule = wrong_amount(form, form.active, form.answers[0][0] if form.answers else "")
        if rule:
            self._refuse(form, rule, form.active)
        else:
            self._put(replace(form, active=names[names.index(form.active) + 1]))
        return True

    def checked(self, answer: str) -> Form | None:
        """The form, when it may be sent with ``answer``; otherwise says what is missing."""
        form = form_in(self._store.state)
        if form is None:
            return None
        wrong = problem(form, answer)
        if wrong is None:
            return form
        self._refuse(form, *wrong)
        return None

    def _refuse(self, form: Form, rule: str, name: str) -> None:
        state = with_form(self._store.state, replace(form, active=name, refused=name))
        self._store.set(replace(state, message=self._words.refusal(rule)))

    def _put(self, form: Form) -> None:
        self._store.set(replace(with_form(self._store.state, form), message=None))

    @staticmethod
    def _fits(field: FormField, text: str) -> bool:
        length = len(text) <= min(field.length_max or DIGITS_MAX, _LENGTHS.get(field.kind, TEXT_LENGTH_MAX))
        if field.kind in ("text", "name", "number"):
            return len(text) <= (field.length_max or TEXT_LENGTH_MAX)
        leading_zero = field.kind == "yen" and text.startswith("0")
        return length and not leading_zero and (not text or (text.isascii() and text.isdigit()))
