"""Small commands: load, enroll, check a counter; read its journal. Owns their output; decides nothing."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.cli import DONE, REFUSED, BadInputError, default_state
from kiosk.clock import CityClock
from kiosk.domain.checkpoint import Checkpoint, CheckpointError, read_paper
from kiosk.domain.checkpoint_check import Finding
from kiosk.pins import PepperError, pepper_of
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_drivers import DRIVERS
from kiosk.profile_source import ProfileError


def load(
    path: Path, state: Path | None, settings: Sequence[str], *, training: bool = False, keys: bool = True
) -> tuple[CounterProfile, Path]:
    """Read a counter's profile and decide where its journal is, for practice somewhere else. Raises BadInputError.

    ``keys``: a service's keys have to be there and right; otherwise whoever opens its device is told.
    """
    overrides: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise BadInputError(f"--set {setting}: write KEY=VALUE, such as printer.port=/dev/ttyUSB1")
        overrides[key] = value
    try:
        profile = load_profile(path, on=CityClock().today(), overrides=overrides)
        if training:
            from kiosk.training import FOLDER, for_training

            profile, state = for_training(profile), state / FOLDER if state else None
        else:
            check_devices(profile, keys=keys)
        pepper_of(profile)
    except (ProfileError, PepperError) as error:
        raise BadInputError(str(error)) from error
    return profile, state or default_state(profile.kiosk_id)


def check_devices(profile: CounterProfile, *, keys: bool = True) -> None:
    """What can be wrong with a device's driver or keys though the counter's file is right. Raises ProfileError."""
    if any(device.driver not in DRIVERS for device in profile.devices):
        from kiosk.plugins import check_third_party

        check_third_party(profile)
    if keys and any(DRIVERS[device.driver].is_service for device in profile.devices if device.driver in DRIVERS):
        from kiosk.provider_keys import check_keys

        check_keys(profile)


def run_enroll(arguments: argparse.Namespace) -> int:
    """Make the counter known to its register with a one-time code."""
    from kiosk.syncing import SyncSetupError, enroll

    profile, state = load(arguments.profile, arguments.state, arguments.set)
    try:
        enroll(profile, state, arguments.code)
    except SyncSetupError as error:
        raise BadInputError(str(error)) from error
    sys.stdout.write(f"{profile.kiosk_id}: enrolled at {profile.register_url}\n")
    return DONE


def run_rotate_key(arguments: argparse.Namespace) -> int:
    """Give the counter a new signing key, and have the register retire the old one; the window may be open."""
    from kiosk.syncing import SyncSetupError, rotate_key

    profile, state = load(arguments.profile, arguments.state, arguments.set)
    try:
        key_id = rotate_key(profile, state)
    except SyncSetupError as error:
        raise BadInputError(str(error)) from error
    sys.stdout.write(f"{profile.kiosk_id}: signs with key {key_id} now; the key before it is retired\n")
    return DONE


def run_pin(arguments: argparse.Namespace) -> int:
    """Print the line for operators.toml; make the counter's pepper first where its profile names one to be made."""
    from kiosk.pins import PinHasher, ask_new_pin, create_pepper, read_pepper

    try:
        profile = load_profile(arguments.profile, on=CityClock().today())
        path = profile.pin_pepper
        pin = ask_new_pin()
        pepper = None if path is None else read_pepper(path) if path.exists() else create_pepper(path)
    except (ProfileError, PepperError, ValueError) as error:
        raise BadInputError(str(error)) from error
    sys.stdout.write(f'pin_hash = "{PinHasher(pepper).hash(pin)}"\n')
    return DONE


def run_journal(arguments: argparse.Namespace) -> int:
    """Verify, export or show a journal; a kiosk may have it open meanwhile."""
    from kiosk.journal import commands
    from kiosk.journal.errors import JournalError
    from kiosk.journal.listing import Language

    try:
        if arguments.action == "export":
            if arguments.out is None:
                commands.export(arguments.state, sys.stdout.buffer)
            else:
                with arguments.out.open("wb") as out:
                    commands.export(arguments.state, out)
            return DONE
        if arguments.action == "show":
            for line in commands.show(arguments.state, last=arguments.last, language=Language(arguments.language)):
                sys.stdout.write(line + "\n")
            return DONE
        return _verify(arguments)
    except (JournalError, OSError) as error:
        raise BadInputError(str(error)) from error


def _verify(arguments: argparse.Namespace) -> int:
    """Every check of the journal, then of the day's paper where one is given."""
    from kiosk.domain import checkpoint_words
    from kiosk.journal import commands, verdict_words
    from kiosk.sync.keys import is_signed
    from kiosk.syncing import public_key

    findings: tuple[Finding, ...] = ()
    if arguments.checkpoint is None:
        verdicts = commands.verify(arguments.state, is_signed)
    else:
        wanted = _read_paper(arguments.checkpoint)
        key_file = public_key(arguments.state)
        verdicts, findings = commands.verify_paper(arguments.state, wanted, is_signed, key_file=key_file)
    for verdict in verdicts:
        line = commands.verdict_json(verdict) if arguments.json else verdict_words.told(verdict, arguments.language)
        sys.stdout.write(line + "\n")
    for finding in findings:
        told = checkpoint_words.told(finding, arguments.language)
        line = (
            json.dumps(told, ensure_ascii=False) if arguments.json else checkpoint_words.line(told, arguments.language)
        )
        sys.stdout.write(line + "\n")
    good = all(verdict.ok for verdict in verdicts) and all(finding.ok for finding in findings)
    return DONE if good else REFUSED


def _read_paper(given: str) -> Checkpoint | str:
    """Raises BadInputError."""
    try:
        return read_paper(given, sys.stdin, lambda name: Path(name).open(encoding="utf-8"))
    except CheckpointError as error:
        raise BadInputError(str(error)) from error
