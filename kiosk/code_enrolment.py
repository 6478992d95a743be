"""``kiosk enroll-code``: the sticker's code from a file, where no scanner types its Japanese. Needs two people."""

import argparse
import getpass
import sys
import time

from kiosk.cli import DONE, REFUSED, BadInputError
from kiosk.clock import CityClock
from kiosk.commands import load
from kiosk.domain.operator import Act
from kiosk.domain.record import SYSTEM
from kiosk.issued_code import code_device, read_payload
from kiosk.journal.errors import JournalError
from kiosk.main import make_counter, open_journal, started
from kiosk.paths import CONFIG
from kiosk.pins import PinHasher, pepper_of
from kiosk.presenters.texts import load_texts
from kiosk.profile import CounterProfile
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.enroll_code import enroll_code, issued_code
from kiosk.services.sign_in import PinGate, approve
from kiosk.syncing import SyncSetupError


def run_enroll_code(arguments: argparse.Namespace) -> int:
    """Record the code as the window does; 1 with one sentence when it is refused. The window must be closed."""
    profile, state = load(arguments.profile, arguments.state, arguments.set)
    device, text = code_device(profile), read_payload(arguments.code)
    try:
        journal = open_journal(profile, state, CityClock())
    except (JournalError, SyncSetupError) as error:
        raise BadInputError(str(error)) from error
    with journal:
        counter = make_counter(profile, journal, CityClock(), lambda _: None)
        try:
            issued_code(text)
            counter.transact(lambda _: [counter.draft(started(training=profile.training), SYSTEM, None)])
            store = _enroll(counter, profile, device, text, arguments)
        except RefusalError as refusal:
            texts = load_texts(CONFIG / "texts", arguments.language)
            sys.stderr.write(texts.first(f"rule.{refusal.rule}.what", "rule.other.what") + "\n")
            return REFUSED
    sys.stdout.write(f"{profile.kiosk_id}: {store}\n")
    return DONE


def _enroll(counter: Counter, profile: CounterProfile, device: str, text: str, arguments: argparse.Namespace) -> str:
    """The store's name. Raises RefusalError."""
    people = {each.operator_id: each for each in profile.operators}
    gate = PinGate(counter, people, PinHasher(pepper_of(profile)).verify, time.monotonic)
    clerk = gate.identify(arguments.operator, _pin(arguments.operator), act=Act.SIGN_IN)
    if not clerk.may(Act.SELL):
        raise RefusalError("not_permitted")
    second = gate.identify(arguments.approver, _pin(arguments.approver), act=Act.SET_UP_CODE, actor=clerk.actor)
    approve(second, act=Act.SET_UP_CODE, actor=clerk.actor)
    enroll_code(counter, device, text, actor=clerk.actor, approver=second.actor)
    return issued_code(text).store.name_ja


def _pin(operator_id: str) -> str:
    """Keyed without echo, or a line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"暗証番号 / PIN ({operator_id}): ")
    return sys.stdin.readline().strip()
