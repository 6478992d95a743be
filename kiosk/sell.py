"""``kiosk sell``: one sale through the same services, without a window. Refuses to differ from it."""

import argparse
import contextlib
import getpass
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from drivers.context import Wake
from drivers.payment import api
from drivers.printer.api import PrinterDevice, Request, Unwatched
from kiosk.cli import DONE, REFUSED, BadInputError
from kiosk.clock import CityClock
from kiosk.commands import load
from kiosk.devices import open_payment_device, open_printer
from kiosk.domain.business_day import DayState
from kiosk.domain.cart import Cart, CartError, Offer, make_offer
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import DeviceResult, Operation, State
from kiosk.domain.record import SYSTEM, Actor, NotDurable
from kiosk.domain.tender import Tender, TenderKind
from kiosk.domain.wallet import OtherCode, ReadWallet, WalletCode
from kiosk.journal.errors import JournalError
from kiosk.journal.store import SqliteJournal
from kiosk.main import make_counter, open_journal, started
from kiosk.profile import CounterProfile
from kiosk.renders import make_renders
from kiosk.runtime.live_context import LiveDeviceContext, broken_rule, commit_durably
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.issue_receipt import issue_document, print_document, recover_documents
from kiosk.services.issue_slip import issue_slip
from kiosk.services.notices import Answer, Notice, PaymentProgress
from kiosk.services.open_day import open_day
from kiosk.services.read_wallet import read_wallet
from kiosk.services.resolve_in_doubt import inquire, recover
from kiosk.services.take_free_sale import take_free_sale
from kiosk.services.take_payment import take_payment
from kiosk.sync.keys import KeyFileError
from kiosk.syncing import Syncing, SyncSetupError
from receipts.paper import PaperProfileError

SYNC_TRIES = 20
"""A sale makes fewer than ten entries; each try sends up to two hundred."""


class ConsoleContext(LiveDeviceContext):
    """A driver's context on a terminal: questions go to the keyboard, or stay unanswered where there is none."""

    def __init__(
        self,
        record: Callable[[api.Approved | api.Declined], None],
        tendered_yen: int,
        slips: list[api.TerminalSlip],
        read: Callable[[str], ReadWallet] = WalletCode,
    ) -> None:
        """``read`` tells a wallet that pays here from anything else that is scanned."""
        super().__init__()
        self._record, self._tendered_yen, self._slips, self._read = record, tendered_yen, slips, read

    def ask(self, form: api.Form, deadline_s: float) -> api.Entry | Wake:
        """Ask on standard error, read from standard input; the cash form is answered from the command line."""
        if form.name == "cash_sale":
            return api.Entry(form.answers[0], {"tendered_yen": str(self._tendered_yen)})
        if not sys.stdin.isatty():
            return Wake.TIMED_OUT
        while time.monotonic() < deadline_s:
            values = {field.name: self._value(field) for field in form.fields}
            reply = Answer(_key(form.name, form.answers) or form.answers[0], values)
            if rule := broken_rule(form, reply):
                sys.stderr.write(f"{rule}\n")
                continue
            return api.Entry(reply.answer, reply.values)
        return Wake.TIMED_OUT

    def _value(self, field: api.Field) -> str:
        """A scan is not echoed: it may be money. What does not pay here is named, and asked for again."""
        if field.kind is not api.FieldKind.SCAN:
            return _key(field.name, field.choices)
        while text := getpass.getpass(f"{field.name}: "):
            match self._read(text):
                case WalletCode(whole):
                    return whole
                case OtherCode(rule, operator):
                    _note(f"{rule} {operator}".strip())
        return ""

    def commit(self, result: api.Approved | api.Declined) -> None:
        commit_durably(self._record, result)

    def show(self, phase: api.Phase) -> None:
        _tell(PaymentProgress(phase))

    def show_code(self, code: api.ShownCode | None) -> None:
        """On standard error, for whoever holds the phone; a sticker on the counter needs no words."""
        if code is not None and code.text:
            sys.stderr.write(f"{code.text}\n")

    def print_slip(self, slip: api.TerminalSlip) -> None:
        """Kept until the payment is over."""
        self._slips.append(slip)


def run_sell(arguments: argparse.Namespace) -> int:
    """Sell; exit 0 when paid, 1 when not, 2 when it cannot be told, with one JSON object or one line on stdout."""
    profile, state = load(arguments.profile, arguments.state, arguments.set, training=arguments.training)
    offer, tender = _offer(profile, arguments)
    clock = CityClock()
    try:
        paper = _Paper(profile, state)
        journal = open_journal(profile, state, clock)
    except (JournalError, SyncSetupError, PaperProfileError) as error:
        raise BadInputError(str(error)) from error
    with journal:
        counter = make_counter(profile, journal, clock, _tell)
        actor = Actor(f"cli:{getpass.getuser()}", getpass.getuser(), "")
        try:
            result = _sell(profile, counter, journal, offer, tender, actor, arguments.tendered, paper)
        except RefusalError as refusal:
            result = {"ok": False, "rule": refusal.rule}
        except NotDurable as error:  # before anything was asked of a device: afterwards an outcome is never an error
            _note(str(error))
            result = {"ok": False, "rule": "journal_not_durable"}
        result["synced"] = _sync(profile, state, journal)
    text = json.dumps(result, ensure_ascii=False) if arguments.json else _line(result)
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter tries once more at its end
        raise BadInputError(
            f"standard output: {error.strerror}: whether it is paid, `kiosk journal show` says"
        ) from error
    return DONE if result["ok"] else REFUSED


def _sell(
    profile: CounterProfile,
    counter: Counter,
    journal: SqliteJournal,
    offer: Offer,
    tender: Tender | None,
    actor: Actor,
    tendered_yen: int | None,
    paper: "_Paper",
) -> dict[str, object]:
    journal.append(counter.draft(started(training=profile.training), SYSTEM, None))
    in_doubt = recover(counter)
    recover_documents(counter)
    if journal.books().day().state is not DayState.OPEN:
        open_day(counter, actor)
    if tender is None:
        sale = take_free_sale(counter, offer, actor)
        return {"ok": True, "sale_id": sale.sale_id, "state": "free", "amount_yen": 0} | paper.print_sale(
            counter, sale.sale_id, actor
        )
    device = open_payment_device(next(each for each in profile.devices if each.name == tender.device))
    tendered = tendered_yen if tendered_yen is not None else offer.cart.total_yen

    slips: list[api.TerminalSlip] = []

    def read(text: str) -> ReadWallet:
        return read_wallet(text, profile.code_operators, tender.brands)

    def make_context(_: Operation, record: Callable[[api.Approved | api.Declined], None]) -> ConsoleContext:
        return ConsoleContext(record, tendered, slips, read)

    for operation in in_doubt:
        if operation.prepared.device == tender.device:
            inquire(counter, operation, device, ConsoleContext(_no_report, tendered, []))
    operation = take_payment(counter, offer, tender, device, make_context, actor)
    result = operation.result or DeviceResult()
    paid = operation.state is State.APPROVED
    sold: dict[str, object] = {
        "ok": paid,
        "sale_id": operation.prepared.sale_id,
        "state": operation.state,
        "reason": operation.reason,
        "amount_yen": operation.prepared.amount_yen,
        "tender": tender.kind,
        "brand": result.brand,
        "approval_code": result.approval_code,
        "slip_number": result.slip_number,
    }
    paper.print_slips(counter, operation.prepared.sale_id, slips)
    return sold | (paper.print_sale(counter, operation.prepared.sale_id, actor) if paid else {})


class _Paper:
    """The counter's printer, or none. Whatever becomes of its paper, the payment stands."""

    def __init__(self, profile: CounterProfile, state: Path) -> None:
        """Raises PaperProfileError: before the sale."""
        self._printer: PrinterDevice | None = None
        if profile.printer is not None:
            self._render_sale, _, self._render_slip = make_renders(profile.printer, profile.layouts)
            self._printer = open_printer(profile.printer, state)

    def print_sale(self, counter: Counter, sale_id: SaleId, actor: Actor) -> dict[str, object]:
        if self._printer is None:
            return {"serial_number": "", "printing": "no_printer"}
        try:
            document = issue_document(counter, sale_id, self._render_sale, actor)
        except RefusalError as refusal:
            _note(f"receipt: {refusal.rule}")
            return {"serial_number": "", "printing": "not_issued"}
        outcome = print_document(counter, document, self._printer, LiveDeviceContext(), _NobodyMends())
        return {"serial_number": document.issued.serial_number, "printing": type(outcome).__name__.lower()}

    def print_slips(self, counter: Counter, sale_id: SaleId, slips: list[api.TerminalSlip]) -> None:
        if self._printer is None:
            return
        for slip in slips:
            try:
                issued = issue_slip(counter, sale_id, slip, self._render_slip)
            except RefusalError as refusal:
                _note(f"terminal slip: {refusal.rule}")
                continue
            print_document(counter, issued, self._printer, LiveDeviceContext(), _NobodyMends())


class _NobodyMends(Unwatched):
    """A script waits for no person: what cannot be printed now is not printed, and the command says so."""

    def request(self) -> Request:
        return Request.GIVE_UP


def _sync(profile: CounterProfile, state: Path, journal: SqliteJournal) -> bool:
    """Push what is new; True when the register has acknowledged everything. What cannot be sent now waits."""
    syncing = Syncing(profile, state, journal)
    try:
        for _ in range(SYNC_TRIES):
            status = journal.books().sync_status()
            if status.acked_seq == status.head_seq:
                return True
            reason, _wait_s = syncing.push()
            if reason:
                return False
    except (NotDurable, KeyFileError) as error:
        _note(f"sync: {error}")
    finally:
        syncing.close()
    return False


def _offer(profile: CounterProfile, arguments: argparse.Namespace) -> tuple[Offer, Tender | None]:
    quantities = arguments.qty or [1] * len(arguments.item)
    if len(quantities) != len(arguments.item):
        raise BadInputError(f"--qty: {len(quantities)} given for {len(arguments.item)} --item: give one for each")
    cart = Cart(cap_yen=profile.cart_cap_yen)
    try:
        for code, quantity in zip(arguments.item, quantities, strict=True):
            if code not in profile.items_by_code:
                raise BadInputError(f"--item {code}: this counter has no such item: see its item file")
            cart = cart.add(profile.item(code), quantity)
        offer = make_offer(cart, profile.tenders)
    except CartError as error:
        raise BadInputError(f"--item: refused by rule {error.rule}: sell less, or other items") from error
    if not offer.tenders:
        return offer, None
    kind = TenderKind(arguments.tender)
    for tender in offer.tenders:
        if tender.kind is kind:
            return offer, tender
    allowed = ", ".join(tender.kind for tender in offer.tenders)
    raise BadInputError(f"--tender {kind}: not possible for these items at this counter: choose {allowed}")


def _line(result: dict[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in result.items())


def _key(name: str, choices: tuple[str, ...]) -> str:
    sys.stderr.write(f"{name}{' (' + ' / '.join(choices) + ')' if choices else ''}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _tell(notice: Notice) -> None:
    if isinstance(notice, PaymentProgress):
        _note(f"… {notice.phase}")


def _note(line: str) -> None:
    """A line for whoever looks on; a sale does not fail because nobody can."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{line}\n")


def _no_report(_: api.Approved | api.Declined) -> None:
    raise AssertionError("an inquiry reports nothing: its answer is recorded by the service")
