"""The page of the payment code: a sticker taken up by scanning it, an operator's live test. Refuses to check a code."""

from dataclasses import replace

from kiosk.domain.operator import Act
from kiosk.domain.tender import Tender, TenderKind
from kiosk.presenters.desk import Desk
from kiosk.presenters.forms import first_open
from kiosk.presenters.screen import Band, Tone
from kiosk.presenters.state import CounterSetup, Done, Editing, Form, FormField, SettingUp, StaffState, Store, View
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words
from kiosk.services.notices import CodeKnown

PASSED = "passed"


def code_tender(setup: CounterSetup) -> Tender | None:
    """The tender whose code is a scheme's sticker; None at a counter without one."""
    return next((each for each in setup.tenders if each.without_terminal and each.kind is TenderKind.CODE), None)


class CodePresenter:
    """Each act needs a second person's PIN; what was scanned waits in the form for it."""

    def __init__(self, store: Store, words: Words, texts: Texts, desk: Desk, setup: CounterSetup) -> None:
        self._store, self._words, self._texts, self._desk, self._setup = store, words, texts, desk, setup
        self._tender = code_tender(setup)

    def show(self) -> None:
        state = self._store.state
        if self._tender is None:
            return
        if isinstance(state.stage, Editing | Done) and not state.cart.lines:
            brand = self._tender.brands[0] if self._tender.brands else ""
            self._store.set(replace(state, view=View.CODE, code_brand=brand, setting_up=None, message=None))
            self._desk.code_setup.tell(self._tender.device)
        else:
            self._store.set(replace(state, message=self._words.refusal("sale_in_work")))

    def close(self) -> None:
        """戻る: nothing was recorded."""
        state = self._store.state
        known = replace(state.code, trial=None) if state.code else None
        self._store.set(replace(state, setting_up=None, code=known, message=None))

    def select(self, brand: str) -> None:
        if self._store.state.setting_up is None:
            self._store.set(replace(self._store.state, code_brand=brand, message=None))

    def move_selection(self, step: int) -> None:
        brands = self._tender.brands if self._tender else ()
        if brands:
            selected = self._store.state.code_brand
            at = brands.index(selected) + step if selected in brands else 0
            self.select(brands[max(0, min(at, len(brands) - 1))])

    def scanned(self, text: str) -> None:
        """A sticker was read on this page: its payload waits for the second person."""
        form = self._form("enroll_code", ())
        self._store.set(replace(self._store.state, setting_up=SettingUp(form, text=text), message=None))

    def try_out(self) -> None:
        """動作確認: have the citizen's window show a code over one yen."""
        state = self._store.state
        if self._tender is not None and state.code_brand and state.setting_up is None:
            self._desk.code_setup.try_out(self._tender.device, state.code_brand)

    def submit(self, form: Form) -> None:
        """Hand in the second person's PIN; it leaves the state before anything else happens to it."""
        state, tender = self._store.state, self._tender
        setting_up = state.setting_up
        if setting_up is None or tender is None:
            return
        approver, pin = form.values["approver"], form.values["pin"]
        cleared = replace(form.with_value("pin", ""), active="pin")
        self._store.set(replace(state, setting_up=replace(setting_up, form=cleared), message=None))
        if setting_up.brand:
            passed = form.values["tested"] == PASSED
            self._desk.code_setup.record_test(
                tender.device, setting_up.brand, passed=passed, approver_id=approver, approver_pin=pin
            )
        else:
            self._desk.code_setup.enroll(tender.device, setting_up.text, approver, pin)

    def handle(self, notice: CodeKnown) -> None:
        state = self._store.state
        if notice.trial is not None:
            choices = tuple((name, self._texts(f"choice.tested.{name}")) for name in (PASSED, "failed"))
            tested = FormField("tested", self._texts("field.tested"), "choice", choices=choices)
            form = self._form("code_test", (tested,), brand=notice.trial.brand)
            trial = SettingUp(form, brand=notice.trial.brand)
            self._store.set(replace(state, code=notice, setting_up=trial, message=None))
            return
        setting_up = state.setting_up
        if setting_up is None or not notice.recorded:  # an answer to opening the page may be overtaken by a scan
            self._store.set(replace(state, code=notice))
        else:
            self._store.set(replace(state, code=notice, setting_up=None, message=self._recorded(setting_up)))

    def _recorded(self, setting_up: SettingUp) -> Band:
        key = "code_page.tested" if setting_up.brand else "code_page.enrolled"
        return Band(Tone.SUCCESS, self._texts(f"{key}.what", brand=setting_up.brand), self._texts(f"{key}.next"))

    def _form(self, name: str, asked: tuple[FormField, ...], *, brand: str = "") -> Form:
        texts = self._texts
        me = self._store.state.operator
        others = (each for each in self._setup.operators if each.may(Act.SET_UP_CODE))
        approvers = tuple(
            (each.operator_id, each.name) for each in others if not me or each.operator_id != me.operator_id
        )
        fields = (
            *asked,
            FormField("approver", texts("field.approver"), "choice", choices=approvers),
            FormField("pin", texts("field.approver_pin"), "pin"),
        )
        values = {"approver": approvers[0][0]} if len(approvers) == 1 else {}
        title, instruction = texts(f"{name}.title"), texts(f"{name}.instruction", brand=brand)
        answers = ((name, texts(f"answer.{name}")),)
        return Form(name, title, instruction, None, fields, answers, values, first_open(fields, values))


def trial_of(state: StaffState) -> CodeKnown | None:
    """What a live test shows the citizen's window just now; None while none goes on."""
    is_on = state.view is View.CODE and state.setting_up is not None and bool(state.setting_up.brand)
    return state.code if is_on and state.code and state.code.trial else None
