"""Wires sync to one counter: its keys, its register, its pacing. Imported light; HTTP comes with the first push."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import CityClock
from kiosk.domain.batch import JOURNAL_REFUSALS, KEY_REFUSALS
from kiosk.domain.record import NotDurable
from kiosk.profile import CounterProfile

if TYPE_CHECKING:
    from kiosk.sync.client import RegisterClient, Verify
    from kiosk.sync.keys import SigningKey
    from kiosk.sync.ports import SyncJournal
    from kiosk.sync.push import PushResult

LOG = logging.getLogger("kiosk.sync")
Files = tuple[tuple[int, int], ...]
ENROLMENT_NAME = "enrolment.json"
UNENROLLED_WAIT_S = 30.0
"""How often to look whether somebody has enrolled the kiosk meanwhile."""


GRAVE = frozenset({"register_frozen", "key_refused", "key_unusable"})
"""Reasons no waiting cures: a person has to act."""


class SyncSetupError(Exception):
    """The counter cannot sync as it is set up; one line with what to do."""


def enroll(profile: CounterProfile, state: Path, code: str) -> None:
    """Exchange a one-time code for a place at the register. Raises SyncSetupError."""
    from kiosk.sync.enroll import EnrolmentError
    from kiosk.sync.enroll import enroll as enroll_at
    from kiosk.sync.keys import KeyFileError

    if not profile.register_url:
        raise SyncSetupError(f"{profile.kiosk_id}: its profile names no register: set register_url")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        enroll_at(
            url=profile.register_url,
            code=code,
            kiosk_id=profile.kiosk_id,
            directory=state,
            verify=authorities(profile),
        )
    except (EnrolmentError, KeyFileError) as error:
        raise SyncSetupError(str(error)) from error


def enrolled_epoch(state: Path) -> int | None:
    """The epoch the register gave this kiosk; None before it is enrolled. Raises SyncSetupError."""
    if not (state / ENROLMENT_NAME).exists():
        return None
    from kiosk.sync.keys import KeyFileError, load_enrolment

    try:
        return load_enrolment(state / ENROLMENT_NAME).epoch
    except KeyFileError as error:
        raise SyncSetupError(str(error)) from error


def rotate_key(profile: CounterProfile, state: Path) -> str:
    """Give an enrolled counter a new key; its name. Raises SyncSetupError."""
    from kiosk.sync.keys import KeyFileError
    from kiosk.sync.rotate import RotationError
    from kiosk.sync.rotate import rotate_key as rotate_at

    if not profile.register_url or not (state / ENROLMENT_NAME).exists():
        raise SyncSetupError(f"{profile.kiosk_id}: not enrolled at a register: kiosk enroll")
    try:
        return rotate_at(state, lambda key: register_client(profile, state, key)).key_id
    except (RotationError, KeyFileError) as error:
        raise SyncSetupError(str(error)) from error


def day_signer(profile: CounterProfile, state: Path) -> "SigningKey | None":
    """The key in place, which the register knows; None before the counter is enrolled, or where it cannot be used."""
    from kiosk.sync.enroll import KEY_NAME
    from kiosk.sync.keys import KeyFileError, load_key

    if profile.training or not (state / ENROLMENT_NAME).exists():
        return None
    try:
        return load_key(state / KEY_NAME)
    except KeyFileError as error:
        LOG.warning("the day is not signed: %s", error)
        return None


def public_key(state: Path) -> bytes | None:
    """The public half of the key in this folder; None where there is none that can be read."""
    from kiosk.sync.enroll import KEY_NAME
    from kiosk.sync.keys import KeyFileError, load_key

    try:
        return load_key(state / KEY_NAME).public_key
    except KeyFileError:
        return None


def register_client(profile: CounterProfile, state: Path, key: "SigningKey | None" = None) -> "RegisterClient":
    """An enrolled counter's way to its register; signs with the key in place unless told otherwise.

    Raises KeyFileError.
    """
    from kiosk.sync.client import RegisterClient
    from kiosk.sync.enroll import KEY_NAME
    from kiosk.sync.keys import load_enrolment, load_key

    enrolment = replace(load_enrolment(state / ENROLMENT_NAME), url=profile.register_url.rstrip("/"))
    clock = CityClock()
    return RegisterClient(
        enrolment,
        key or load_key(state / KEY_NAME),
        now_iso=lambda: clock.wall().isoformat(timespec="milliseconds"),
        verify=authorities(profile),
    )


def authorities(profile: CounterProfile) -> "Verify":
    """Who vouches for the register's certificate: the city's own authority, or those the system trusts."""
    return profile.register_ca or True


class Syncing:
    """One counter's way to its register. ``push`` runs on the sync worker."""

    def __init__(self, profile: CounterProfile, state: Path, journal: "SyncJournal") -> None:
        self._profile, self._state, self._journal = profile, state, journal
        self._client: RegisterClient | None = None
        self._paced: Callable[[], float] | None = None
        self._files: Files = ()
        self._reason = ""

    def push(self) -> tuple[str, float]:
        """One push; why the register light is not good (a catalogue key, empty when it is) and seconds to wait."""
        if self._profile.training:
            return "training", UNENROLLED_WAIT_S
        if not self._profile.register_url:
            return "no_register", UNENROLLED_WAIT_S
        if not (self._state / ENROLMENT_NAME).exists():
            return "not_enrolled", UNENROLLED_WAIT_S
        from kiosk.sync.keys import KeyFileError

        try:
            paced = self._connected()
        except KeyFileError as error:
            LOG.error("%s", error)
            return "key_unusable", UNENROLLED_WAIT_S
        wait_s = paced()
        return self._reason, wait_s

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _connected(self) -> Callable[[], float]:
        """With the key that is in place now: a person may enrol or rotate it beside the open window."""
        from kiosk.sync.pacing import PacedPush, Pacing

        files = _files_of(self._state)
        if self._paced is None or files != self._files:
            self.close()
            self._finish_rotation()
            files = _files_of(self._state)
            client = self._client = register_client(self._profile, self._state)
            jitter = random.SystemRandom()
            self._paced = PacedPush(
                lambda: self._push_once(client),
                Pacing(now_s=time.monotonic, random=jitter.random),
                on_result=self._note,
            )
            self._files = files
        return self._paced

    def _finish_rotation(self) -> None:
        """What a power cut left undone; where it cannot be done now, the key in place is valid all the same."""
        from kiosk.sync.keys import KeyFileError
        from kiosk.sync.rotate import RotationError, finish_rotation

        try:
            finish_rotation(self._state, lambda key: register_client(self._profile, self._state, key))
        except RotationError as error:
            LOG.warning("%s", error.for_log)
        except KeyFileError as error:
            LOG.warning("%s", error)

    def _push_once(self, client: "RegisterClient") -> "PushResult":
        from kiosk.sync.push import Unreachable, push_once

        try:
            return push_once(self._journal, client)
        except NotDurable:
            return Unreachable("the journal cannot note the acknowledgement: it is asked for again")

    def _note(self, result: "PushResult") -> None:
        from kiosk.sync.push import RefusedByRegister, Unreachable

        match result:
            case Unreachable():
                self._reason = _refusal_key(self._journal.books().sync_status().frozen_rule) or "register_unreachable"
            case RefusedByRegister(rule=rule):
                self._reason = _refusal_key(rule) or "register_refused"
            case _:
                self._reason = ""


def _refusal_key(rule: str) -> str:
    """Catalogue key of a refusal that a person must cure, also while nobody answers; empty for any other."""
    if rule in JOURNAL_REFUSALS:
        return "register_frozen"
    return "key_refused" if rule in KEY_REFUSALS else ""


def _files_of(state: Path) -> Files:
    """Which key and enrolment are in place: each replacement is another file."""
    from kiosk.sync.enroll import KEY_NAME

    found = [path.stat() for name in (KEY_NAME, ENROLMENT_NAME) if (path := state / name).exists()]
    return tuple((each.st_ino, each.st_mtime_ns) for each in found)
