"""The printer as the clerk meets it: what it waits for, what is asked about its paper, the drawer. Refuses devices."""

from dataclasses import replace

from kiosk.domain.ids import SaleId
from kiosk.domain.record import DRAWER_REASONS, is_terminal_slip
from kiosk.presenters.desk import Desk
from kiosk.presenters.screen import Act, Band, CardPanel, Key, Tone
from kiosk.presenters.state import Done, Form, FormField, StaffState, Store, View, looked_at
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import AFTER_A_WORD, Words
from kiosk.services.notices import DeviceStatus, DocumentChanged, Light, Printing

FIRST_LETTER, SECOND_LETTER = "F7", "F8"
_PICTURES = {
    "port_missing": "cable",
    "port_busy": "cable",
    "line_lost": "cable",
    "silent": "cable",
    "recoverable": "cover_open",
    "paper_near_end": "near_end",
}
_DRAWN = frozenset({"paper_end", "cover_open", "cutter", "offline", "overheated", "unrecoverable"})


class PrinterPresenter:
    """Takes the keys of the printer's cards and of the drawer's form."""

    def __init__(self, store: Store, words: Words, texts: Texts, desk: Desk) -> None:
        self._store, self._words, self._texts, self._desk = store, words, texts, desk

    def act(self, act: Act) -> None:
        """Do what a printer's key is named for."""
        state = self._store.state
        match act:
            case Act.PAPER_OUT | Act.PAPER_MISSING:
                sale_id = asked_sale(state)
                if sale_id is not None:
                    self._desk.printing.confirm(sale_id, came_out=act is Act.PAPER_OUT)
            case Act.PRINTER_RESUME:
                self._desk.printing.resume()
            case Act.PRINTER_GIVE_UP:
                self._desk.printing.give_up()
            case Act.OPEN_DRAWER if state.view is View.MENU:
                self._store.set(replace(state, drawer=drawer_form(self._texts), message=None))
            case Act.CLOSE_DRAWER_FORM:
                self._store.set(replace(state, drawer=None, message=None))
            case _:
                return

    def submit(self, form: Form) -> None:
        """Open the drawer for the chosen reason."""
        self._store.set(replace(self._store.state, drawer=None, message=None))
        self._desk.printing.open_drawer(form.values.get("drawer_reason", ""))


def drawer_form(texts: Texts) -> Form:
    """Why the drawer is opened; the choice and one key."""
    choices = tuple((reason, texts(f"drawer.reason.{reason}")) for reason in DRAWER_REASONS)
    fields = (FormField("drawer_reason", texts("field.drawer_reason"), "choice", choices=choices),)
    answers = (("open", texts("answer.open_drawer")),)
    return Form(
        "drawer", texts("drawer.title"), texts("drawer.instruction"), None, fields, answers, active="drawer_reason"
    )


def waiting_document(state: StaffState) -> DocumentChanged | None:
    """The document that is kept until somebody has mended the printer."""
    kept = (*state.documents.values(), *state.lost_slips.values())
    return next((each for each in kept if each.printing is Printing.WAITING), None)


def asked_sale(state: StaffState) -> SaleId | None:
    """The sale in sight about whose paper the clerk is asked."""
    if state.view is View.SALE and isinstance(state.stage, Done):
        document = state.documents.get(state.stage.sale_id or "")
        unknown = document is not None and document.printing is Printing.UNKNOWN
        return state.stage.sale_id if unknown else None
    sale = looked_at(state)
    own = [each for each in sale.documents if not is_terminal_slip(each.kind)] if sale else []
    return sale.sale_id if sale and own and own[-1].state == Printing.UNKNOWN else None


def picture_of(printing: str, fault: str) -> str:
    """The drawing of what to do; empty where there is nothing to do."""
    if printing == Printing.UNKNOWN:
        return "look"
    if printing not in (Printing.WAITING, Printing.FAILED):
        return ""
    return fault if fault in _DRAWN else _PICTURES.get(fault, "")


def paper_keys(texts: Texts) -> tuple[Key, ...]:
    """The answers to: did it come out?"""
    return (
        Key(Act.PAPER_OUT, texts("key.paper_out"), letter=FIRST_LETTER),
        Key(Act.PAPER_MISSING, texts("key.paper_missing"), letter=SECOND_LETTER),
    )


def waiting_keys(document: DocumentChanged, texts: Texts) -> tuple[Key, ...]:
    """What may be said to a job that is kept."""
    resume = (Key(Act.PRINTER_RESUME, texts("key.printer_resume"), letter=FIRST_LETTER),)
    give_up = Key(Act.PRINTER_GIVE_UP, texts("key.printer_give_up"), letter=SECOND_LETTER)
    return (*(resume if document.fault in AFTER_A_WORD else ()), give_up)


def document_keys(document: DocumentChanged | None, texts: Texts) -> tuple[Key, ...]:
    """The keys beside a document's note."""
    if document is None or is_terminal_slip(document.document_kind):
        return ()
    if document.printing is Printing.UNKNOWN:
        return paper_keys(texts)
    return waiting_keys(document, texts) if document.printing is Printing.WAITING else ()


def printer_card(state: StaffState, words: Words, texts: Texts) -> CardPanel | None:
    """What to do about the printer now; None while nothing is."""
    waiting = waiting_document(state)
    if waiting is not None:
        picture = picture_of(Printing.WAITING, waiting.fault)
        keys = waiting_keys(waiting, texts)
        note = words.document(waiting)
        return CardPanel(texts("printer.card"), "", None, (), Tone.WARNING, note=note, picture=picture, keys=keys)
    fault = _fault_of(state.status.printer) if state.status else ""
    paper = state.status.paper if state.status else None
    if fault:
        note = Band(Tone.ERROR, texts.first(f"print_fault.{fault}", "print_fault.other").strip(), words.mend(fault))
        return CardPanel(
            texts("printer.card"), "", None, (), Tone.ERROR, note=note, picture=picture_of(Printing.FAILED, fault)
        )
    if paper is not None and paper.reason == "paper_near_end":
        note = Band(Tone.WARNING, texts("paper.near_end.what"), texts("paper.near_end.next"))
        return CardPanel(texts("printer.card"), "", None, (), Tone.WARNING, note=note, picture="near_end")
    return None


def printer_band(state: StaffState, words: Words, texts: Texts) -> Band | None:
    """What the clerk should know of the printer before the next sale begins; None while nothing is."""
    waiting = waiting_document(state)
    if waiting is not None:
        return replace(words.document(waiting), figure="")
    unknown = sum(1 for each in state.documents.values() if each.printing is Printing.UNKNOWN)
    if unknown:
        return Band(Tone.WARNING, texts("paper.unknown.what", count=unknown), texts("paper.unknown.next"))
    if state.status is None:
        return None
    if fault := _fault_of(state.status.printer):
        what = texts.first(f"print_fault.{fault}", "print_fault.other").strip()
        return Band(Tone.WARNING, what, words.mend(fault))
    if state.status.paper.reason == "paper_near_end":
        return Band(Tone.NEUTRAL, texts("paper.near_end.what"), texts("paper.near_end.next"))
    return None


def _fault_of(printer: DeviceStatus) -> str:
    return printer.reason if printer.light is Light.BAD else ""
