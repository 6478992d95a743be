"""The scheme's payment code of a counter, as its journal has it. Refuses to guess where none is enrolled."""

import sys
from pathlib import Path

from drivers.codes.emv import CHARACTERS_MAX
from kiosk.cli import BadInputError
from kiosk.domain.tender import TenderKind
from kiosk.profile import CounterProfile


def read_issued(profile: CounterProfile, state: Path) -> str:
    """The enrolled sticker's payload, byte for byte; a kiosk may be open meanwhile. Raises BadInputError."""
    from kiosk.journal import commands
    from kiosk.journal.errors import JournalError

    device = code_device(profile)
    try:
        text = commands.issued_code(state, device)
    except JournalError as error:
        raise BadInputError(f"{profile.kiosk_id}: no code is enrolled yet ({error}): scan the sticker") from error
    if not text:
        raise BadInputError(f"{profile.kiosk_id}: no code is enrolled yet: scan the sticker in the counter's window")
    return text


def code_device(profile: CounterProfile) -> str:
    """The device whose code is a scheme's sticker. Raises BadInputError."""
    for tender in profile.tenders:
        if tender.without_terminal and tender.kind is TenderKind.CODE:
            return tender.device
    raise BadInputError(f"{profile.kiosk_id}: no device of driver jpqr: add one, or give the code's text")


def read_payload(path: Path) -> str:
    """One line, its end cut off and nothing else."""
    try:
        if str(path) == "-":
            text = sys.stdin.read(CHARACTERS_MAX + 3)
        else:
            with path.open(encoding="utf-8", newline="") as file:
                text = file.read(CHARACTERS_MAX + 3)
    except OSError as error:
        raise BadInputError(f"--code {path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"--code {path}: not UTF-8: save the code's text as UTF-8") from error
    return text.rstrip("\r\n")
