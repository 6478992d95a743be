"""Wires sync to one counter: its keys, its register, its pacing. Imported light; HTTP comes with the first push."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import CityClock
from kiosk.profile import CounterProfile

if TYPE_CHECKING:
    from kiosk.sync.client import RegisterClient
    from kiosk.sync.ports import SyncJournal
    from kiosk.sync.push import PushResult

KEY_NAME, ENROLMENT_NAME = "kiosk-key.pem", "enrolment.json"
UNENROLLED_WAIT_S = 30.0
"""How often to look whether somebody has enrolled the kiosk meanwhile."""


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
        enroll_at(url=profile.register_url, code=code, kiosk_id=profile.kiosk_id, directory=state)
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


def register_client(profile: CounterProfile, state: Path) -> "RegisterClient":
    """An enrolled counter's way to its register. Raises KeyFileError."""
    from kiosk.sync.client import RegisterClient
    from kiosk.sync.keys import load_enrolment, load_key

    enrolment = replace(load_enrolment(state / ENROLMENT_NAME), url=profile.register_url.rstrip("/"))
    return RegisterClient(enrolment, load_key(state / KEY_NAME), now_iso=CityClock().now_iso)


class Syncing:
    """One counter's way to its register. ``push`` runs on the sync worker."""

    def __init__(self, profile: CounterProfile, state: Path, journal: "SyncJournal") -> None:
        self._profile, self._state, self._journal = profile, state, journal
        self._client: RegisterClient | None = None
        self._paced: Callable[[], float] | None = None
        self._reason = ""

    def push(self) -> tuple[str, float]:
        """One push; why the register light is not good (a catalogue key, empty when it is) and seconds to wait."""
        if self._profile.training:
            return "training", UNENROLLED_WAIT_S
        if not self._profile.register_url:
            return "no_register", UNENROLLED_WAIT_S
        if self._paced is None and not (self._state / ENROLMENT_NAME).exists():
            return "not_enrolled", UNENROLLED_WAIT_S
        if self._paced is None:
            self._paced = self._connect()
        wait_s = self._paced()
        return self._reason, wait_s

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _connect(self) -> Callable[[], float]:
        from kiosk.sync.pacing import PacedPush, Pacing
        from kiosk.sync.push import push_once

        client = self._client = register_client(self._profile, self._state)
        jitter = random.SystemRandom()
        return PacedPush(
            lambda: push_once(self._journal, client),
            Pacing(now_s=time.monotonic, random=jitter.random),
            on_result=self._note,
        )

    def _note(self, result: "PushResult") -> None:
        from kiosk.sync.push import RefusedByRegister, Unreachable

        match result:
            case Unreachable():
                self._reason = "register_unreachable"
            case RefusedByRegister(frozen=True):
                self._reason = "register_frozen"
            case RefusedByRegister():
                self._reason = "register_refused"
            case _:
                self._reason = ""
