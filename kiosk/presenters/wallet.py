"""A scan while a citizen's wallet is asked for. Owns the answer or the sentence; refuses to keep or show the code."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.tender import Tender
from kiosk.domain.wallet import OtherCode, WalletCode
from kiosk.presenters.forms import scan_field
from kiosk.presenters.payment import PaymentPresenter
from kiosk.presenters.search import ItemIndex
from kiosk.presenters.state import Asking, CounterSetup, Done, StaffState, Store, Working
from kiosk.presenters.words import Words


class WalletPresenter:
    """What a scan means to the payment that goes on: the wallet that was asked for, or something else."""

    def __init__(
        self,
        store: Store,
        words: Words,
        index: Callable[[], ItemIndex],
        payment: PaymentPresenter,
        setup: CounterSetup,
        warn: Callable[[], None],
    ) -> None:
        self._store, self._words, self._index = store, words, index
        self._payment, self._setup, self._warn = payment, setup, warn

    def take(self, text: str) -> bool:
        """Answer the question for a wallet with a scan, or say what it is; False where no wallet is of interest."""
        state = self._store.state
        if isinstance(state.stage, Asking) and scan_field(state.stage.form) is not None:
            self._answer(state, state.stage, text)
            return True
        tender = _tender_of(state, self._setup)
        if tender is None or not tender.through_service:
            return False
        if isinstance(state.stage, Working) and state.stage.code is not None:
            self._refuse("wallet_showing")
            return True
        # A scanner on a stand reads a phone again and again; once it is charged that is nobody's mistake.
        return isinstance(state.stage, Working) or self._is_wallet(text)

    def is_early(self, text: str) -> bool:
        """Whether it is a wallet's code, shown before anything is to be paid; says so."""
        if not self._is_wallet(text):
            return False
        self._refuse("wallet_early")
        return True

    def _answer(self, state: StaffState, asking: Asking, text: str) -> None:
        tender, form, field = _tender_of(state, self._setup), asking.form, scan_field(asking.form)
        assert field is not None, "its caller has looked"
        found = self._setup.read_wallet(text, tender.brands if tender else ())
        name = tender.name if tender else ""
        match found:
            case WalletCode(whole):
                self._payment.answer(form.with_value(field.name, whole), form.answers[0][0])
            case OtherCode(rule, operator):
                self._refuse(self._rule(text, rule), operator=operator, tender=name)

    def _rule(self, text: str, rule: str) -> str:
        """Our own items and slips have a sentence of their own."""
        if self._index().by_scan(text.strip()) is not None:
            return "wallet_goods"
        return "wallet_slip" if self._setup.read_slip(text) is not None else rule

    def _is_wallet(self, text: str) -> bool:
        brands = {brand for each in self._setup.tenders if each.through_service for brand in each.brands}
        return isinstance(self._setup.read_wallet(text, brands), WalletCode)

    def _refuse(self, rule: str, operator: str = "", tender: str = "") -> None:
        band = self._words.refusal(rule, operator=operator, tender=tender)
        self._store.set(replace(self._store.state, message=band))
        self._warn()


def _tender_of(state: StaffState, setup: CounterSetup) -> Tender | None:
    """The tender of the payment in sight: asked about, under way or just over."""
    stage = state.stage.before if isinstance(state.stage, Asking) else state.stage
    if isinstance(stage, Working):
        return stage.tender
    if isinstance(stage, Done) and stage.operation is not None:
        kind = stage.operation.prepared.tender
        return next((each for each in setup.tenders if each.kind is kind), None)
    return None
