"""State -> the right side: cart, progress, questions, results. Owns the words about the current money."""

from kiosk.domain.business_day import DayState
from kiosk.domain.cart import Cart
from kiosk.domain.operation import Operation
from kiosk.domain.tender import Tender, TenderKind
from kiosk.presenters.compose_left import standing_word, time_of
from kiosk.presenters.forms import KEYED, form_in
from kiosk.presenters.page import Page
from kiosk.presenters.screen import (
    Act,
    Band,
    CardPanel,
    CartPanel,
    CartRow,
    Choice,
    FieldRow,
    FormPanel,
    Key,
    ProgressPanel,
    RightPart,
    Tone,
)
from kiosk.presenters.state import (
    Asking,
    CounterSetup,
    Done,
    Doubt,
    Editing,
    Exempting,
    Form,
    Offered,
    Resolving,
    StaffState,
    View,
    Working,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import DOCUMENT_TONES, Words
from kiosk.services.notices import Printing

TENDER_LETTERS = ("F5", "F6", "F7", "F8")
NOTES_YEN = (1_000, 5_000, 10_000)
"""Bank notes a citizen is likely to hand over; each has a quick key."""
PIN_DOT = "●"
CANCEL_ANSWER = "cancel"


class RightComposer:
    """Composes the right side."""

    def __init__(self, setup: CounterSetup, texts: Texts, words: Words) -> None:
        self._setup = setup
        self._texts = texts
        self._words = words

    def part(self, state: StaffState, page: Page) -> RightPart:
        form = form_in(state)
        match page:
            case Page.SIGN_IN:
                return self._form(form) if form else self._day_card(state)
            case Page.DAY:
                return self._day_card(state)
            case Page.SALES:
                return self._sale_card(state)
            case Page.CLOSE:
                return self._close_card(state)
            case Page.MENU | Page.HELP:
                return self._here_card(state)
            case Page.SALE | Page.BUSY:
                return self._stage(state)

    def allowed(self, cart: Cart) -> tuple[Tender, ...]:
        """Tenders every line allows."""
        return tuple(tender for tender in self._setup.tenders if not cart.refusing_items(tender.kind))

    def can_reprint(self, state: StaffState) -> bool:
        """A sale with a document may be printed again."""
        if state.view is not View.SALES:
            return isinstance(state.stage, Done) and state.stage.sale_id in state.documents
        sales = state.sales.sales if state.sales else ()
        return any(sale.sale_id == state.selected_sale and sale.documents for sale in sales)

    def _stage(self, state: StaffState) -> RightPart:
        match state.stage:
            case Editing(tender):
                return self._cart(state, tender, choosing=False)
            case Offered():
                return self._cart(state, None, choosing=True)
            case Exempting():
                return self._exemptions(state)
            case Working():
                return self._progress(state.stage)
            case Asking(form) | Resolving(_, form):
                return self._form(form)
            case Done():
                return self._done(state, state.stage)
            case Doubt():
                return self._doubt(state.stage)

    # --- before the payment ---------------------------------------------------------------------------------

    def _cart(self, state: StaffState, chosen: TenderKind | None, *, choosing: bool) -> CartPanel:
        texts, cart = self._texts, state.cart
        english = texts.language == "en"
        rows = tuple(
            CartRow(
                line.item.code,
                line.item.name_en if english and line.item.name_en else line.item.name,
                str(line.quantity),
                f"{line.amount_yen:,}",
            )
            for line in cart.lines
        )
        exempt = None
        if self._setup.exemptions and not choosing:
            exempt = Key(Act.EXEMPT, texts("key.exempt"), bool(cart.lines), "F9")
        note = texts("cart.exempted", name=cart.exemption.name) if cart.exemption else ""
        return CartPanel(
            texts("cart.title"),
            texts("cart.count", count=cart.count),
            rows,
            "" if choosing else state.selected,
            texts("cart.empty"),
            texts("cart.total"),
            cart.total_yen,
            note,
            self._tenders(cart, chosen),
            texts("cart.choose_tender" if choosing else "cart.tender"),
            exempt,
            choosing,
            cart.revision,
        )

    def _tenders(self, cart: Cart, chosen: TenderKind | None) -> tuple[Choice, ...]:
        if cart.lines and cart.total_yen == 0:
            return ()
        allowed = self.allowed(cart)
        sole = len(allowed) == 1
        return tuple(
            Choice(
                tender.kind,
                tender.name,
                enabled=tender in allowed,
                selected=tender.kind is chosen or (sole and tender in allowed),
                letter=TENDER_LETTERS[at] if at < len(TENDER_LETTERS) else "",
            )
            for at, tender in enumerate(self._setup.tenders)
        )

    def _exemptions(self, state: StaffState) -> FormPanel:
        texts = self._texts
        now = state.cart.exemption.code if state.cart.exemption else ""
        choices = [Choice(x.code, x.name, selected=x.code == now) for x in self._setup.exemptions]
        choices.append(Choice("", texts("exempt.none"), selected=not now))
        field = FieldRow("exemption", texts("exempt.reason"), "choice", now, active=True, choices=tuple(choices))
        return FormPanel(
            texts("exempt.title"),
            texts("cart.total"),
            state.cart.gross_yen,
            (field,),
            (),
            (),
            "",
            None,
            keypad=False,
        )

    # --- during the payment ---------------------------------------------------------------------------------

    def _progress(self, working: Working) -> ProgressPanel:
        texts = self._texts
        phase = "canceling" if working.canceling else working.phase or "connecting"
        if working.tender is None:
            phase = "recording"
        what, then = self._words.phase(phase)
        name = working.tender.name if working.tender else texts("tender.none")
        return ProgressPanel(
            texts("progress.title"),
            what,
            then,
            texts("progress.amount"),
            working.amount_yen,
            name,
            texts("progress.elapsed"),
        )

    def _form(self, form: Form) -> FormPanel:
        texts = self._texts
        fields = tuple(
            FieldRow(
                field.name,
                field.label if field.required else texts("field.optional", label=field.label),
                field.kind,
                _shown(field.kind, form.values.get(field.name, ""), texts),
                active=field.name == form.active,
                choices=tuple(
                    Choice(value, *label.partition("\n")[::2], selected=form.values.get(field.name) == value)
                    for value, label in field.choices
                ),
            )
            for field in form.fields
        )
        tendered = form.values.get("tendered_yen", "")
        has_cash = form.field_named("tendered_yen") is not None
        amount_yen = form.amount_yen or 0
        change_yen = int(tendered) - amount_yen if tendered and int(tendered) >= amount_yen else None
        return FormPanel(
            form.title,
            texts("form.amount"),
            form.amount_yen,
            fields,
            # 中止 has its own place at the bottom of every screen.
            tuple(Choice(name, label) for name, label in form.answers[1:] if name != CANCEL_ANSWER),
            self._notes(amount_yen) if has_cash else (),
            texts("form.change") if has_cash else "",
            change_yen,
            keypad=any(field.kind in KEYED for field in form.fields),
        )

    def _notes(self, amount_yen: int) -> tuple[Choice, ...]:
        notes = [note for note in NOTES_YEN if note > amount_yen]
        exact = Choice(str(amount_yen), self._texts("form.exact"))
        return (exact, *(Choice(str(note), self._texts.yen(note)) for note in notes))

    # --- afterwards -----------------------------------------------------------------------------------------

    def _done(self, state: StaffState, done: Done) -> CardPanel:
        texts = self._texts
        document = state.documents.get(done.sale_id or "")
        note = self._words.document(document) if document else None
        if done.operation is None:
            count = sum(line.quantity for line in done.free.lines) if done.free else 0
            reason = done.free.free.exemption_name if done.free and done.free.free else ""
            rows = [(texts("card.count"), texts("cart.count", count=count))]
            if reason:
                rows.append((texts("card.reason"), reason))
            return CardPanel(texts("card.free"), texts("cart.total"), 0, tuple(rows), Tone.SUCCESS, note=note)
        result = done.operation.result
        amount_yen = done.operation.prepared.amount_yen
        change_yen = None
        if result and done.operation.prepared.tender is TenderKind.CASH and result.tendered_yen:
            change_yen = result.tendered_yen - amount_yen
        return CardPanel(
            texts("card.paid"),
            texts("card.amount"),
            amount_yen,
            self._facts(done.operation),
            Tone.SUCCESS,
            "" if change_yen is None else texts("form.change"),
            change_yen or 0,
            note=note,
        )

    def _doubt(self, doubt: Doubt) -> CardPanel:
        texts = self._texts
        steps = () if doubt.inquiring else tuple(texts(f"doubt.step.{n}") for n in (1, 2, 3))
        return CardPanel(
            texts("doubt.title"),
            texts("doubt.amount"),
            doubt.operation.prepared.amount_yen,
            self._facts(doubt.operation),
            Tone.DOUBT,
            steps=steps,
        )

    def _facts(self, operation: Operation) -> tuple[tuple[str, str], ...]:
        texts, result = self._texts, operation.result
        rows = [(texts("card.tender"), operation.prepared.tender_name)]
        if result:
            brand = (
                f"{result.brand} {texts('card.last4', digits=result.card_last4) if result.card_last4 else ''}".strip()
            )
            tendered = texts.yen(result.tendered_yen) if result.tendered_yen else ""
            rows += [
                (texts("card.brand"), brand),
                (texts("card.tendered"), tendered),
                (texts("card.approval"), result.approval_code),
                (texts("card.slip"), result.slip_number),
            ]
        return tuple((label, value) for label, value in rows if value)

    # --- the day --------------------------------------------------------------------------------------------

    def _day_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        if state.day and state.day.day.state is DayState.CLOSED and state.day.totals:
            total = sum(entry.amount_yen for entry in state.day.totals)
            names = {tender.kind: tender.name for tender in self._setup.tenders}
            rows = tuple(
                (
                    names.get(entry.tender, entry.tender),
                    texts("day.row", count=entry.count, amount=f"{entry.amount_yen:,}"),
                )
                for entry in state.day.totals
            )
            return CardPanel(texts("day.closed_title"), texts("close.total"), total, rows, Tone.SUCCESS)
        steps = tuple(texts(f"day.step.{n}") for n in (1, 2, 3))
        return CardPanel(texts("day.title"), "", None, (), steps=steps)

    def _close_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        totals = state.sales.totals if state.sales else ()
        rows = ((texts("card.count"), texts("count", count=sum(total.count for total in totals))),)
        note = None
        if state.doubts:
            note = Band(Tone.DOUBT, texts("close.blocked.what"), texts("close.blocked.next"))
        amount_yen = sum(total.amount_yen for total in totals)
        steps = () if note else tuple(texts(f"close.step.{n}") for n in (1, 2))
        return CardPanel(texts("close.card"), texts("close.total"), amount_yen, rows, steps=steps, note=note)

    def _here_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        operator = f"{state.operator.name} {state.operator.title}".strip() if state.operator else ""
        rows = (
            (texts("welcome.counter"), self._setup.counter_name),
            (texts("welcome.operator"), operator),
            (texts("cart.title"), texts("cart.count", count=state.cart.count)),
        )
        return CardPanel(texts("cart.title"), texts("cart.total"), state.cart.total_yen, rows)

    def _sale_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        sales = state.sales.sales if state.sales else ()
        sale = next((x for x in sales if x.sale_id == state.selected_sale), None)
        if sale is None:
            return CardPanel(texts("sales.card"), "", None, ((texts("sales.none"), ""),))
        rows = [(texts("sales.time"), time_of(sale.at)), (texts("sales.standing"), standing_word(sale, texts))]
        if sale.operations:
            rows += self._facts(sale.operations[-1])
        rows += [
            (texts("sales.line", name=line.name, quantity=line.quantity), f"{line.amount_yen:,}") for line in sale.lines
        ]
        note = None
        if sale.documents:
            last = sale.documents[-1]
            key = f"print.{last.state}"
            kind = texts.first(f"document.{last.kind}", "document.other")
            tone = DOCUMENT_TONES.get(Printing(last.state), Tone.NEUTRAL)
            note = Band(tone, texts(f"{key}.what", document=kind), texts(f"{key}.next"), last.serial_number)
        return CardPanel(texts("sales.card"), texts("cart.total"), sale.amount_yen, tuple(rows), note=note)


def _shown(kind: str, value: str, texts: Texts) -> str:
    if kind == "pin":
        return PIN_DOT * len(value)
    return f"{int(value):,}{texts('yen.unit')}" if kind == "yen" and value else value
