"""The scheme's payment code of a counter, as its journal has it. Refuses to guess where none is enrolled."""

from pathlib import Path

from kiosk.cli import BadInputError
from kiosk.domain.tender import TenderKind
from kiosk.profile import CounterProfile


def read_issued(profile: CounterProfile, state: Path) -> str:
    """The enrolled sticker's payload, byte for byte; a kiosk may be open meanwhile. Raises BadInputError."""
    from kiosk.journal import commands
    from kiosk.journal.errors import JournalError

    tender = next((each for each in profile.tenders if each.without_terminal and each.kind is TenderKind.CODE), None)
    if tender is None:
        raise BadInputError(f"{profile.kiosk_id}: no device of driver jpqr: add one, or give the code's text")
    try:
        text = commands.issued_code(state, tender.device)
    except JournalError as error:
        raise BadInputError(f"{profile.kiosk_id}: no code is enrolled yet ({error}): scan the sticker") from error
    if not text:
        raise BadInputError(f"{profile.kiosk_id}: no code is enrolled yet: scan the sticker in the counter's window")
    return text
