"""PayPay for the conformance kit: the driver, and the emulated provider's core in memory, on plain HTTP by lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from drivers.conformance.adapter import Adapter, Operation, Repertoire, Reversal, Scene, Simulation
from drivers.conformance.http_line import HttpByLine
from drivers.context import Wake
from drivers.emulators.paypay.answers import read_script
from drivers.emulators.paypay.book import Book
from drivers.emulators.paypay.core import ProviderCore, WallClock
from drivers.emulators.paypay.ledger import EntryKind, LedgerEntry, MemoryLedger
from drivers.emulators.paypay.provider import Pace, Provider
from drivers.payment.api import Entry, Form, Media, ShownCode
from drivers.payment.paypay.driver import WALLET_FIELD, PayPay, PayPaySettings, Presents
from drivers.payment.paypay.protocol import Counter, Keys
from drivers.transport import OpenLine
from tests.contract.conformance.played import played_by

EPOCH_S = 1_795_000_000
KEYS = Keys("kit-key", "kit-secret", "kit-merchant")


@dataclass(frozen=True, slots=True)
class BookReader:
    """The provider's ledger in the kit's words; payments count from 1."""

    entries: Sequence[LedgerEntry]
    reversed_by: Operation

    def _payments(self) -> list[LedgerEntry]:
        return [entry for entry in self.entries if entry.kind is EntryKind.PAID]

    def sales(self) -> tuple[int, ...]:
        gone = {entry.number for entry in self.entries if entry.kind is EntryKind.FAILED}
        back = {entry.payment_id for entry in self.entries if entry.kind is EntryKind.REFUND}
        if self.reversed_by is Operation.REFUND:
            back = set()  # a refund is a movement of its own day: the sale stands
        return tuple(x.amount_yen for x in self._payments() if x.number not in gone and x.payment_id not in back)

    def reversals(self) -> tuple[Reversal, ...]:
        order = [entry.payment_id for entry in self._payments()]
        return tuple(
            Reversal(self.reversed_by, entry.amount_yen, order.index(entry.payment_id) + 1)
            for entry in self.entries
            if entry.kind is EntryKind.REFUND
        )


def _simulate(answers: str, reversed_by: Operation = Operation.VOID) -> Simulation:
    ledger, clock = MemoryLedger(), WallClock(EPOCH_S)
    script = read_script(answers)
    pace = Pace(skew_s_max=None)  # the kit's time is made, and the driver's clock stands still in it
    provider = Provider(Book(ledger, clock), script, KEYS.api_key, KEYS.secret, clock, pace)
    core = ProviderCore(provider, clock)
    wallets = count(1)

    def present(_: Form) -> Entry | Wake:
        """The citizen holds a phone under the scanner: each code lives for one charge."""
        return Entry("scanned", {WALLET_FIELD: f"9000818188{next(wallets):014d}"})

    def read_code(code: ShownCode | None) -> None:
        if code is not None:
            assert provider.phone_reads(code.text)

    return Simulation(
        lambda: BookReader(ledger.entries(), reversed_by).sales(),
        core,
        present,
        line_opened=core.line_opened,
        phone=read_code,
        read_reversals=lambda: BookReader(ledger.entries(), reversed_by).reversals(),
        read_played=played_by(script, answers),
    )


def _after(good: int, scene: Scene, reversed_by: Operation = Operation.VOID) -> Simulation:
    return _simulate(",".join(["approve"] * good + [scene]), reversed_by)


def _create(presents: Presents) -> Callable[[OpenLine], PayPay]:
    def create(open_line: OpenLine) -> PayPay:
        nonces = count(1)
        settings = PayPaySettings(Counter("store-1", "counter-1", "Certificates"), presents)
        return PayPay(
            HttpByLine(open_line),
            KEYS,
            settings,
            wall_s=lambda: float(EPOCH_S),
            new_nonce=lambda: f"{next(nonces):08x}",
        )

    return create


PLAIN = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.BUSY, Scene.SILENT, Scene.LOST_REPLY})
TOLD_BADLY = PLAIN | {Scene.WRONG_AMOUNT, Scene.PREVIOUS}
REVERSALS = {
    Operation.VOID: Repertoire(partial(_after, 2, reversed_by=Operation.VOID), PLAIN | {Scene.OTHER_SALE}),
    Operation.REFUND: Repertoire(partial(_after, 2, reversed_by=Operation.REFUND), PLAIN | {Scene.WRONG_AMOUNT}),
}
ANYWHERE = (
    *("cut", "slow:20", "late:45", "error", "error-done", "maintenance"),
    *("unauthorized", "skew", "duplicate", "portal", "garbled"),
)
SHOWN = Adapter(
    "PayPay, shown",
    Media.CODE,
    partial(_after, 1),
    _create(Presents.COUNTER),
    scenes=TOLD_BADLY | {Scene.TOO_LATE},
    is_stream=True,
    further=REVERSALS,
    own_faults={name: partial(_simulate, f"approve,{name}") for name in (*ANYWHERE, "abandon", "user-cancels")},
)
SCANNED = Adapter(
    "PayPay, scanned",
    Media.CODE,
    partial(_after, 1),
    _create(Presents.CITIZEN),
    scenes=TOLD_BADLY,
    is_stream=True,
    further=REVERSALS,
    own_faults={name: partial(_simulate, f"approve,{name}") for name in (*ANYWHERE, "decides-later")},
)
