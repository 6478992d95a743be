"""Which sentence belongs to what happened: what, what it means for the money, what to do next. Refuses layout."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.record import RefundRequested, is_terminal_slip
from kiosk.domain.unfinished import Treatment
from kiosk.presenters.screen import Band, Tone
from kiosk.presenters.state import KeyingSlip
from kiosk.presenters.texts import Texts
from kiosk.services.notices import DocumentChanged, Printing


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state speaks. ``reasons`` is the catalogue family of its reason, or empty."""

    tone: Tone
    key: str
    reasons: str = ""


SCREENS: dict[State, StateWords] = {
    State.PREPARED: StateWords(Tone.NEUTRAL, "state.prepared"),
    State.REQUESTED: StateWords(Tone.NEUTRAL, "state.requested"),
    State.REPORTED: StateWords(Tone.NEUTRAL, "state.reported"),
    State.APPROVED: StateWords(Tone.SUCCESS, "state.approved"),
    State.DECLINED: StateWords(Tone.ERROR, "state.declined", "decline"),
    State.NOT_SENT: StateWords(Tone.ERROR, "state.not_sent", "not_sent"),
    State.ABANDONED: StateWords(Tone.WARNING, "state.abandoned"),
    State.IN_DOUBT: StateWords(Tone.DOUBT, "state.in_doubt", "unknown"),
    State.NOT_CHARGED: StateWords(Tone.WARNING, "state.not_charged"),
}
"""Covers set(State)."""

AFTER_A_WORD = frozenset({"cutter", "recoverable"})
"""Printers' faults whose end no sensor sees: a person says that they are mended."""
DOCUMENT_TONES: dict[Printing, Tone] = {
    Printing.QUEUED: Tone.NEUTRAL,
    Printing.WAITING: Tone.WARNING,
    Printing.SENT: Tone.NEUTRAL,
    Printing.PRINTED: Tone.SUCCESS,
    Printing.UNKNOWN: Tone.WARNING,
    Printing.FAILED: Tone.ERROR,
}


_FAMILIES = {OperationKind.SALE: "", OperationKind.VOID: "void.", OperationKind.REFUND: "refund."}


def family_of(operation: Operation | None) -> str:
    """What keys of sentences about it begin with: words about taking back are not those about paying."""
    return _FAMILIES[operation.prepared.operation_kind] if operation else ""


def is_unfinished(operation: Operation) -> bool:
    """Whether the terminal itself said 処理未了."""
    return operation.seen is not None and operation.seen.rule is not None


def two_people_needed(operation: Operation) -> bool:
    """Whether asking again settles nothing: the terminal took another amount, and somebody must have put it right."""
    return operation.seen is not None and operation.seen.amount_yen > 0


def open_family(operation: Operation) -> str:
    """Family of the texts about what a terminal left open, or empty: mismatch, or unfinished by the brand's rule."""
    seen, state = operation.seen, operation.state
    if seen is None or family_of(operation):
        return ""
    if seen.amount_yen:
        return "mismatch" if state is State.IN_DOUBT else ""
    if seen.rule is None:
        return ""
    if operation.provisional:
        return "unfinished.sale" if state is State.APPROVED else "unfinished.provisional"
    if state is State.IN_DOUBT:
        waits = seen.rule.treatment is Treatment.NEXT_TOUCH
        return "unfinished.next_touch" if waits else "unfinished.person"
    not_concluded = state is State.NOT_CHARGED and seen.rule.treatment is Treatment.NOT_CONCLUDED
    return "unfinished.not_concluded" if not_concluded else ""


class Words:
    """Bands in one language. ``families``: by device without a terminal, what the keys of its own words begin with."""

    def __init__(self, texts: Texts, families: Mapping[str, str] = MappingProxyType({})) -> None:
        self._texts = texts
        self._by_device = {device: texts.preferring(family) for device, family in families.items()}

    def texts_of(self, device: str) -> Texts:
        """The catalogue as it speaks of this device: of a terminal, of a phone and a portal, or of a service."""
        return self._by_device.get(device, self._texts)

    def texts_about(self, operation: Operation) -> Texts:
        """The catalogue as it speaks of this operation's device."""
        return self.texts_of(operation.prepared.device)

    def operation(self, operation: Operation) -> Band:
        """What became of an operation, with its amount as the figure."""
        texts, words = self.texts_about(operation), SCREENS[operation.state]
        figure = texts.yen(operation.prepared.amount_yen)
        special = self._open_by_terminal(operation)
        if special:
            return replace(special, figure=figure)
        if not words.reasons:
            return Band(words.tone, self._of(operation, "what"), self._of(operation, "next"), figure)
        family = f"{words.reasons}.{operation.reason}"
        what = texts.first(f"{family}.what", f"{words.reasons}.other.what")
        # What a reason advises is advice about a sale; taking back has its own.
        own = family_of(operation)
        money = texts.first(f"{own}{family}.money", f"{own}{words.key}.money")
        then = texts.first(f"{own}{family}.next", f"{own}{words.key}.next")
        if operation.code:
            what = texts("with_code", what=what, code=operation.code)
        return Band(words.tone, what, money + then, figure)

    def _open_by_terminal(self, operation: Operation) -> Band | None:
        """What the terminal itself left open: 処理未了, or another amount. None for every other state of affairs."""
        seen, family = operation.seen, open_family(operation)
        if seen is None or not family:
            return None
        texts = self.texts_about(operation)
        words = {
            "brand": seen.brand or texts("unfinished.no_brand"),
            "amount": texts.yen(seen.amount_yen),
            "date": texts.date(seen.inquire_by) if seen.inquire_by else "",
        }
        then = f"{family}.next_by" if seen.inquire_by and texts.has(f"{family}.next_by") else f"{family}.next"
        tone = Tone.DOUBT if operation.state is State.IN_DOUBT else Tone.WARNING
        return Band(tone, texts(f"{family}.what", **words), texts(then, **words))

    def _of(self, operation: Operation, part: str) -> str:
        return self.texts_about(operation)(f"{family_of(operation)}{SCREENS[operation.state].key}.{part}")

    def doubt(self, operation: Operation, *, inquiring: bool) -> Band:
        """In doubt: never red, never green, and never an invitation to charge again."""
        band = self.operation(operation)
        if not inquiring:
            return band
        texts = self.texts_about(operation)
        then = texts(f"{family_of(operation)}doubt.inquiring.next")
        return Band(Tone.DOUBT, texts("doubt.inquiring.what"), then, band.figure)

    def refund(self, refund: RefundRequested) -> Band:
        texts = self._texts
        figure = texts.yen(refund.amount_yen)
        return Band(Tone.SUCCESS, texts("refund.recorded.what"), texts("refund.recorded.next"), figure)

    def follow_up(self, *, charged: bool) -> Band:
        """What a brand said in the end; what finance does with it is not this counter's."""
        key = "follow_up.charged" if charged else "follow_up.not_charged"
        return Band(Tone.SUCCESS, self._texts(f"{key}.what"), self._texts(f"{key}.next"))

    def refusal(
        self,
        rule: str,
        minutes: int = 0,
        *,
        device: str = "",
        operator: str = "",
        tender: str = "",
        character: str = "",
    ) -> Band:
        """Why not; ``minutes`` for how long, where that is known; ``device`` that it is about, where there is one.

        Of a code, whose it is and what was to be paid by; of a name, the ``character`` that cannot be printed.
        """
        codes = " ".join(f"U+{ord(code):04X}" for code in character)
        texts, values = self.texts_of(device), {"minutes": minutes, "operator": operator, "tender": tender}
        values |= {"character": character, "codes": codes}
        return Band(
            Tone.WARNING,
            texts.first(f"rule.{rule}.what", "rule.other.what", **values),
            texts.first(f"rule.{rule}.next", "rule.other.next", **values),
        )

    def slip(self, keying: KeyingSlip) -> Band:
        """What to key, and for whom; in its place what the clerk is warned of."""
        texts = self._texts
        if keying.warned:
            rule = keying.warned[-1]
            due = keying.scanned.due if keying.scanned and rule == "slip_expired" else None
            what = texts("slip.expired_on", date=texts.date(due)) if due else texts(f"rule.{rule}.what")
            return Band(Tone.WARNING, what, texts("slip.warned.next"))
        return Band(Tone.NEUTRAL, texts("slip.guide.what"), keying.form.instruction)

    def phase(self, phase: str, device: str = "", family: str = "") -> tuple[str, str]:
        """What the citizen or the clerk should do now, and what it means; ``family`` as of ``family_of``."""
        texts = self.texts_of(device)
        own, plain, last = f"{family}phase.{phase}", f"phase.{phase}", "phase.processing"
        return texts.first(f"{own}.what", f"{plain}.what", f"{last}.what"), texts.first(
            f"{own}.next", f"{plain}.next", f"{last}.next"
        )

    def mend(self, fault: str) -> str:
        """What to do about a printer's fault."""
        return self._texts.first(f"mend.{fault}", "mend.other")

    def document(self, document: DocumentChanged) -> Band:
        """What became of a print job; paper never changes what became of the money."""
        texts = self._texts
        kind = texts.first(f"document.{document.document_kind}", "document.other")
        key = f"print.{document.printing}"
        what = texts(f"{key}.what", document=kind)
        if document.copy_number:
            what = texts("with_copy", what=what, copy=document.copy_number)
        # A terminal's slip is printed again by the terminal.
        own = f"terminal_{key}.next" if is_terminal_slip(document.document_kind) else f"{key}.next"
        then = texts.first(own, f"{key}.next")
        if document.printing is Printing.WAITING and document.fault in AFTER_A_WORD:
            then = texts("print.waiting.say.next")
        if document.printing in (Printing.WAITING, Printing.FAILED) and texts.has(f"mend.{document.fault}"):
            then = self.mend(document.fault) + then
        if document.fault:
            then = texts.first(f"print_fault.{document.fault}", "print_fault.other") + then
        return Band(DOCUMENT_TONES[document.printing], what, then, document.serial_number)
