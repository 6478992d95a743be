"""Terminals that settle an unconfirmed sale by the receipt number the next charge names (TLV 1F1F)."""

from drivers.emulators.terminal.answers import read_script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import EntryKind, MemoryLedger
from drivers.payment.api import Approved, AuthorizationRequest, Media, NotSent, NotSentReason, OutcomeUnknown
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from tests.unit.drivers.payment.virtual_wire import TERMINAL_CLOCK
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

NO_BASELINE = AuthorizationRequest("op-2", 2, 700, Media.CREDIT, None)
"""As after a start at which the terminal did not answer: neither driver nor journal knows its last receipt."""


def mirroring(answers: str) -> tuple[VirtualCounter, MemoryLedger]:
    ledger = MemoryLedger()
    core = TerminalCore(Book(ledger, lambda: TERMINAL_CLOCK, "13100001"), read_script(answers), mirrors=True)
    counter = VirtualCounter(core=core)
    start_anew(counter)
    return counter, ledger


def start_anew(counter: VirtualCounter) -> None:
    """The product is started again: its driver remembers nothing."""
    counter.driver = ZvtTerminal(counter.open_line, ZvtSettings(mirrors_receipt=True))


def kinds(ledger: MemoryLedger) -> list[EntryKind]:
    return [entry.kind for entry in ledger.entries()]


def test_a_charge_names_the_last_receipt_though_nobody_here_remembers_it() -> None:
    """Two people found the first sale on the terminal's own list: the next charge must not take it back."""
    counter, ledger = mirroring("lost-reply")
    assert isinstance(counter.sell(), OutcomeUnknown)
    counter.let_pass(60.0)
    start_anew(counter)
    assert isinstance(counter.driver.authorize_sales(NO_BASELINE, counter), Approved)
    assert kinds(ledger) == [EntryKind.SALE, EntryKind.SALE]


def test_nothing_is_charged_while_the_terminal_does_not_tell_its_last_receipt() -> None:
    counter, ledger = mirroring("lost-reply")
    counter.sell()
    counter.let_pass(60.0)
    start_anew(counter)
    counter.fault = lambda _, byte: b"" if b"\x06\x20" in counter.wire[-40:] else bytes([byte])
    outcome = counter.driver.authorize_sales(NO_BASELINE, counter)
    assert outcome == NotSent(NotSentReason.NO_ANSWER)
    assert kinds(ledger) == [EntryKind.SALE]


def test_a_new_terminal_has_no_receipt_to_name() -> None:
    counter, ledger = mirroring("")
    assert isinstance(counter.driver.authorize_sales(NO_BASELINE, counter), Approved)
    assert kinds(ledger) == [EntryKind.SALE]
