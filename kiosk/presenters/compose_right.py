"""State -> the right side: cart, progress, questions, results. Owns the words about the current money."""

from kiosk.domain.record import is_terminal_slip
from kiosk.domain.tender import Tender, TenderKind
from kiosk.presenters.compose_cards import CardComposer
from kiosk.presenters.compose_left import device_name
from kiosk.presenters.forms import KEYED, SCANNED, form_in
from kiosk.presenters.page import Page
from kiosk.presenters.printer import printer_card
from kiosk.presenters.screen import (
    Act,
    CartPanel,
    CartRow,
    Choice,
    FieldRow,
    FormPanel,
    Key,
    ProgressPanel,
    RightPart,
)
from kiosk.presenters.slip import item_name, slip_line, year_words
from kiosk.presenters.state import (
    Approving,
    Asking,
    CounterSetup,
    Done,
    Doubt,
    Editing,
    Exempting,
    Form,
    KeyingSlip,
    Offered,
    Resolving,
    StaffState,
    View,
    Working,
    looked_at,
    open_tenders,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words, family_of
from kiosk.services.notices import Asking as Asked
from kiosk.services.notices import Printing

TENDER_LETTERS = ("F5", "F6", "F7", "F8")
CHOICE_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The key of each choice of the active field; without the letters that look like digits."""
NOTES_YEN = (1_000, 5_000, 10_000)
"""Bank notes a citizen is likely to hand over; each has a quick key."""
UNDER_WAY = frozenset({Printing.QUEUED, Printing.WAITING, Printing.SENT})
"""A second copy is asked for once it is known that there is no first, or that there is one."""
PIN_DOT = "●"
CANCEL_ANSWER = "cancel"


class RightComposer:
    """Composes the right side."""

    def __init__(self, setup: CounterSetup, texts: Texts, words: Words) -> None:
        self._setup = setup
        self._texts = texts
        self._words = words
        self._cards = CardComposer(setup, texts, words)

    def part(self, state: StaffState, page: Page) -> RightPart:
        form = form_in(state)
        match page:
            case Page.SIGN_IN:
                return self._form(form) if form else self._cards.day_card(state)
            case Page.DAY:
                return self._cards.day_card(state)
            case Page.SALES:
                return self._form(form) if form else self._cards.sale_card(state)
            case Page.CLOSE:
                return self._asking(state) if state.asked else self._cards.close_card(state)
            case Page.CODE:
                return self._form(form) if form else self._cards.code_card(state)
            case Page.MENU if form is not None:
                return self._form(form)
            case Page.MENU | Page.HELP:
                return printer_card(state, self._words, self._texts) or self._cards.here_card(state)
            case Page.SALE | Page.BUSY:
                return self._stage(state)

    def allowed(self, state: StaffState) -> tuple[Tender, ...]:
        """Tenders every line allows and no doubt blocks."""
        refusing = state.cart.refusing_items
        return tuple(x for x in open_tenders(state, self._setup.tenders) if not refusing(x.kind))

    def can_reprint(self, state: StaffState) -> bool:
        """A sale with a document may be printed again."""
        if state.view is not View.SALES:
            document = state.documents.get(state.stage.sale_id or "") if isinstance(state.stage, Done) else None
            return document is not None and document.printing not in UNDER_WAY
        sale = looked_at(state)
        own = [x for x in sale.documents if not is_terminal_slip(x.kind)] if sale else []
        return bool(own) and own[-1].state not in UNDER_WAY

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
            case Asking(form) | Resolving(_, form) | Approving(_, _, form) | KeyingSlip(_, form):
                return self._form(form)
            case Done():
                return self._cards.done(state, state.stage)
            case Doubt():
                return self._cards.doubt(state, state.stage)

    # --- before the payment ---------------------------------------------------------------------------------

    def _cart(self, state: StaffState, chosen: TenderKind | None, *, choosing: bool) -> CartPanel:
        texts, cart = self._texts, state.cart
        rows = tuple(
            CartRow(
                line.key,
                slip_line(line, texts) if line.slip else item_name(line.item, texts),
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
            self._tenders(state, chosen),
            texts("cart.choose_tender" if choosing else "cart.tender"),
            exempt,
            choosing,
            cart.revision,
        )

    def _tenders(self, state: StaffState, chosen: TenderKind | None) -> tuple[Choice, ...]:
        if state.cart.lines and state.cart.total_yen == 0:
            return ()
        allowed = self.allowed(state)
        unblocked = open_tenders(state, self._setup.tenders)
        sole = len(allowed) == 1
        return tuple(
            Choice(
                tender.kind,
                tender.name,
                "" if tender in unblocked else self._texts("tender.blocked"),
                enabled=tender in allowed,
                selected=tender.kind is chosen or (sole and tender in allowed),
                letter=TENDER_LETTERS[at] if at < len(TENDER_LETTERS) else "",
            )
            for at, tender in enumerate(self._setup.tenders)
        )

    def _exemptions(self, state: StaffState) -> FormPanel:
        texts = self._texts
        now = state.cart.exemption.code if state.cart.exemption else ""
        kinds = [*((x.code, x.name) for x in self._setup.exemptions), ("", texts("exempt.none"))]
        choices = [
            Choice(code, name, selected=code == now, letter=CHOICE_LETTERS[at : at + 1])
            for at, (code, name) in enumerate(kinds)
        ]
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
        family = family_of(working.operation)
        what, then = self._words.phase(phase, working.tender.device if working.tender else "", family)
        name = working.tender.name if working.tender else texts("tender.none")
        limit_s = working.code.valid_s if working.code and not working.canceling else 0
        return ProgressPanel(
            texts(f"{family}progress.title"),
            what,
            then,
            texts(f"{family}progress.amount"),
            working.amount_yen,
            name,
            texts("progress.code_valid" if limit_s else "progress.elapsed"),
            limit_s,
        )

    def _asking(self, state: StaffState) -> ProgressPanel:
        """Which terminal is asked for its own day, what it does, and how many have answered."""
        texts = self._texts
        waited = [each for each in state.asked if each.phase not in (Asked.ANSWERED, Asked.SILENT)]
        now = next((each for each in waited if each.phase != Asked.WAITING), (waited or state.asked)[0])
        key = f"closing.{now.phase}"
        return ProgressPanel(
            texts("closing.title"),
            texts.first(f"{key}.what", "closing.processing.what"),
            texts.first(f"{key}.next", "closing.processing.next"),
            texts("closing.count", done=len(state.asked) - len(waited), all=len(state.asked)),
            None,
            device_name(self._setup, now.device),
            texts("progress.elapsed"),
        )

    def _form(self, form: Form) -> FormPanel:
        texts = self._texts
        marked = any(field.required for field in form.fields)
        fields = tuple(
            FieldRow(
                field.name,
                texts("field.optional", label=field.label) if marked and not field.required else field.label,
                field.kind,
                _shown(field.kind, form.values.get(field.name, ""), texts),
                active=field.name == form.active,
                choices=tuple(
                    Choice(
                        value,
                        *label.partition("\n")[::2],
                        selected=form.values.get(field.name) == value,
                        letter=CHOICE_LETTERS[at : at + 1],
                    )
                    for at, (value, label) in enumerate(field.choices)
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
            texts.first(f"form.amount.{form.name}", "form.amount"),
            form.amount_yen,
            fields,
            # 中止 has its own place at the bottom of every screen. No letter: these are not for a hand in a hurry.
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


def _shown(kind: str, value: str, texts: Texts) -> str:
    if kind == "pin":
        return PIN_DOT * len(value)
    if kind == SCANNED:
        return texts("field.scan_awaited")
    if kind == "year":
        return year_words(value, texts)
    return f"{int(value):,}{texts('yen.unit')}" if kind == "yen" and value else value
