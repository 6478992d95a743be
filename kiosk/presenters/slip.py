"""Keying and scanning a 納付書. Owns the form and what its item's data say about it; refuses to pay one."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.cart import CartError, CartLine
from kiosk.domain.item import Item, SlipTreatment
from kiosk.domain.slip import (
    NUMBER_KEYED_MAX,
    PAYER_CHARACTERS_MAX,
    REIWA_BEFORE_FIRST,
    DamagedSlip,
    ElQrRule,
    PayEasyNumber,
    ScannedSlip,
    Slip,
    SlipError,
    SlipSource,
    el_qr_rule,
    fiscal_year_keyed,
    item_for,
    number_in,
    number_keyed,
    objections,
    payer_keyed,
    priced,
)
from kiosk.domain.tender import TenderKind
from kiosk.presenters.cart import may_edit, new_sale
from kiosk.presenters.forms import YEAR_DIGITS, first_open
from kiosk.presenters.search import ItemIndex
from kiosk.presenters.state import CounterSetup, Done, Editing, Form, FormField, KeyingSlip, Store
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words

_PAYER, _YEAR, _NUMBER, _YEN, _AGAIN = "payer", "fiscal_year", "assessment", "slip_yen", "slip_again_yen"
_FIELD_OF = {"slip_year": _YEAR, "slip_number": _NUMBER, "slip_cap": _YEN}
"""The field a rule is about; the payer's otherwise."""


class SlipPresenter:
    """From an item's key or a scanned slip to a line of the cart."""

    def __init__(
        self, store: Store, words: Words, texts: Texts, setup: CounterSetup, index: Callable[[], ItemIndex]
    ) -> None:
        self._store, self._words, self._texts, self._setup, self._index = store, words, texts, setup, index

    def begin(self, item: Item) -> None:
        """A slip item's key: an empty form for it."""
        if may_edit(self._store.state):
            self._open(item, None)

    def scan(self, text: str) -> bool:
        """Take a scanned slip, or say why not; False for what is none. Only where a slip may be keyed."""
        rule = el_qr_rule(self._setup.el_qr, self._store.state.today)
        if rule is not None and rule.is_one(text):
            self._take_el_qr(rule)
            return True
        match self._setup.read_slip(text):
            case ScannedSlip() as scanned:
                item = item_for(self._index().items, scanned)
                if item is None:
                    self._refuse("slip_not_here")
                else:
                    self._open(item, scanned)
            case PayEasyNumber(number):
                self._fill_number(number)
            case DamagedSlip():
                self._refuse("slip_damaged")
            case None:
                return False
        return True

    def submit(self, form: Form) -> None:
        """Put the slip into the cart; what cannot be one's is told, and the form stays."""
        state = self._store.state
        if not isinstance(state.stage, KeyingSlip):
            return
        item, scanned = state.stage.item, state.stage.scanned
        try:
            payer = payer_keyed(form.values.get(_PAYER, ""))
            fiscal_year = fiscal_year_keyed(form.values.get(_YEAR, ""), state.today)
            number = self._number(form.values.get(_NUMBER, ""))
        except SlipError as error:
            self._refuse(error.rule)
            return
        if character := self._setup.unprintable_character(payer):
            self._refuse("slip_payer_unprintable", character)
            return
        amount_yen = scanned.amount_yen if scanned else int(form.values[_YEN])
        warned = self._object(item, amount_yen, scanned)
        if warned is None:
            return
        untold = [rule for rule in warned if rule not in state.stage.warned]
        if untold:  # each is told by itself; the same key takes it all the same
            told = (*state.stage.warned, untold[0])
            self._store.set(replace(state, stage=replace(state.stage, warned=told), message=None))
            return
        source = SlipSource.GS1_128 if scanned else SlipSource.KEYED
        slip = Slip(
            payer,
            number,
            SlipSource.EL_QR if state.stage.el_qr else source,
            scanned.barcode if scanned else "",
            scanned.due if scanned else None,
            warned,
        )
        barred = self._barred(item, el_qr=state.stage.el_qr)
        try:
            cart = state.cart.add_slip(priced(item, amount_yen, barred), slip, fiscal_year=fiscal_year)
        except CartError as error:
            self._refuse(error.rule)
            return
        self._store.set(replace(state, cart=cart, stage=Editing(), selected=cart.lines[-1].key, keyed="", message=None))

    def _open(self, item: Item, scanned: ScannedSlip | None) -> None:
        state = self._store.state
        if state.cart.exemption is not None and not isinstance(state.stage, Done):
            self._refuse("slip_exemption")
            return
        el_qr = state.el_qr_scanned or (isinstance(state.stage, KeyingSlip) and state.stage.el_qr)
        barred = self._barred(item, el_qr=el_qr)
        if barred and not self._can_be_paid(item, barred):
            self._refuse("slip_el_qr")
            return
        warned = self._object(item, scanned.amount_yen, scanned) if scanned else ()
        if warned is None:
            return
        before = new_sale(state) if isinstance(state.stage, Done) else state
        form = slip_form(self._texts, item, scanned, fiscal_year_of(state.today))
        if isinstance(state.stage, KeyingSlip) and state.stage.item.code == item.code:
            kept = {name: value for name, value in state.stage.form.values.items() if name in (_PAYER, _YEAR) and value}
            form = replace(form, values={**form.values, **kept})
            form = replace(form, active=first_open(form.fields, dict(form.values)))
        message = self._words.refusal("slip_el_qr_cash") if barred else None
        stage = KeyingSlip(item, form, scanned, el_qr, () if message else warned[:1])  # one sentence at a time
        self._store.set(replace(before, stage=stage, el_qr_scanned=False, message=message))

    def _take_el_qr(self, rule: ElQrRule) -> None:
        """Recognized, and for cashless refused with the way to pay by phone; another tender keys it like any slip."""
        state = self._store.state
        kinds = {tender.kind for tender in self._setup.tenders}
        if not kinds - rule.barred or not any(item.slip for item in self._index().items):
            self._refuse("slip_el_qr")
        elif isinstance(state.stage, KeyingSlip):
            if self._can_be_paid(state.stage.item, rule.barred):
                state = replace(state, stage=replace(state.stage, el_qr=True))
                self._store.set(replace(state, message=self._words.refusal("slip_el_qr_cash")))
            else:
                self._refuse("slip_el_qr")
        else:
            self._store.set(replace(state, el_qr_scanned=True, message=self._words.refusal("slip_el_qr_cash")))

    def _fill_number(self, number: str) -> None:
        state = self._store.state
        if not isinstance(state.stage, KeyingSlip):
            self._refuse("slip_pay_easy")
            return
        form = state.stage.form.with_value(_NUMBER, number)
        form = replace(form, active=first_open(form.fields, dict(form.values)))
        self._store.set(replace(state, stage=replace(state.stage, form=form), message=None))

    def _number(self, keyed: str) -> str:
        """調定番号 as keyed, or the 納付番号 out of four Pay-easy numbers. Raises SlipError."""
        read = self._setup.read_slip(keyed)
        return read.number if isinstance(read, PayEasyNumber) else number_keyed(keyed)

    def _object(self, item: Item, amount_yen: int, scanned: ScannedSlip | None) -> tuple[str, ...] | None:
        """What the clerk is to be warned of; None after a refusal."""
        found = objections(item, amount_yen, scanned, self._store.state.today)
        refused = next((rule for rule, treatment in found if treatment is SlipTreatment.REFUSE), None)
        if refused is not None:
            self._refuse(refused)
            return None
        return tuple(rule for rule, _ in found)

    def _barred(self, item: Item, *, el_qr: bool) -> frozenset[TenderKind]:
        rule = el_qr_rule(self._setup.el_qr, self._store.state.today)
        holds = rule is not None and (el_qr or (item.slip is not None and item.slip.has_el_qr))
        return rule.barred if rule is not None and holds else frozenset()

    def _can_be_paid(self, item: Item, barred: frozenset[TenderKind]) -> bool:
        return any(tender.kind in item.tenders - barred for tender in self._setup.tenders)

    def _refuse(self, rule: str, character: str = "") -> None:
        state = self._store.state
        if isinstance(state.stage, KeyingSlip):
            name = _FIELD_OF.get(rule, _PAYER if rule.startswith("slip_payer") else "")
            if name and state.stage.form.field_named(name):
                form = replace(state.stage.form, active=name)
                state = replace(state, stage=replace(state.stage, form=form))
        self._store.set(replace(state, message=self._words.refusal(rule, character=character)))


def slip_form(texts: Texts, item: Item, scanned: ScannedSlip | None, fiscal_year: int) -> Form:
    """Who pays what; the amount twice where it was not scanned."""
    fields = [
        FormField(_PAYER, texts("field.payer"), "name", PAYER_CHARACTERS_MAX),
        FormField(_YEAR, texts("field.fiscal_year"), "year", YEAR_DIGITS),
        FormField(_NUMBER, texts("field.assessment"), "number", NUMBER_KEYED_MAX),
    ]
    if scanned is None:
        fields += [
            FormField(_YEN, texts("field.slip_yen"), "yen"),
            FormField(_AGAIN, texts("field.slip_again_yen"), "yen"),
        ]
    values = {_YEAR: str(fiscal_year), _NUMBER: number_in(item, scanned) if scanned else ""}
    form = Form(
        "slip",
        texts("slip.title", item=item_name(item, texts)),
        texts("slip.instruction", path=" › ".join(item.account.path), department=item.account.department),
        scanned.amount_yen if scanned else None,
        tuple(fields),
        (("take", texts("answer.slip.take")),),
        values,
    )
    return replace(form, active=first_open(form.fields, values))


def item_name(item: Item, texts: Texts) -> str:
    """The item's name in the language of the window."""
    return item.name_en if texts.language == "en" and item.name_en else item.name


def slip_line(line: CartLine, texts: Texts) -> str:
    """A slip in the cart: what, which number, whose; for the clerk's eyes alone."""
    assert line.slip is not None, "a line of a slip"
    return texts("slip.line", item=item_name(line.item, texts), number=line.slip.number, payer=line.slip.payer)


def year_words(digits: str, texts: Texts) -> str:
    """8 as 令和8年度, 2026 as 令和8年度（2026年度）, anything else as it is."""
    number = int(digits) if digits else 0
    if len(digits) == YEAR_DIGITS and number > REIWA_BEFORE_FIRST:
        return texts("slip.year_both", reiwa=number - REIWA_BEFORE_FIRST, year=digits)
    return texts("slip.year", reiwa=number) if 0 < number < 100 else digits
