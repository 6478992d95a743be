"""What an emulated terminal is told to do with the next charges. Owns the script's words; refuses to act on them."""

from enum import StrEnum

from drivers.emulators import script
from drivers.emulators.script import Number


class Act(StrEnum):
    """How one charge goes."""

    APPROVE = "approve"
    DECLINE = "decline"
    """decline:XX with a result code in hex; 05 (the card's host) when none is given."""
    BUSY = "busy"
    """busy:N refuses N times with 84 9C; the next answer then follows."""
    SILENT = "silent"
    """Takes the command's frame in and says nothing more; nothing is charged."""
    STALL = "stall"
    """Starts, says so, and then nothing more; nothing is charged."""
    SLOW = "slow"
    """slow:N thinks for N seconds, saying "please wait" meanwhile, and approves."""
    LOST_REPLY = "lost-reply"
    """Charges and falls silent; the charge stands."""
    CUT = "cut"
    """Charges and the line is pulled out and put back; the charge stands."""
    NO_COMPLETION = "no-completion"
    """Charges and says so, and never finishes."""
    WRONG_AMOUNT = "wrong-amount"
    """Charges one yen more and says so."""
    PREVIOUS = "previous"
    """Tells of the previous transaction first, then approves."""
    REBOOT = "reboot"
    """Restarts with the card in: the line drops, nothing is charged."""
    REBOOT_CHARGED = "reboot-charged"
    """Charges and restarts; the charge stands, and the next sale gets its receipt number once more."""
    CLEAR_CARD = "clear-card"
    """Approves and tells card numbers in the clear, in every field and line that can hold one."""
    TOO_LATE = "too-late"
    """Takes a request to abort in and approves all the same."""
    CORRUPT = "corrupt"
    """Charges; the first copy of the result's frame has a wrong CRC. This one and the next four: see wire_faults."""
    CORRUPT_ALL = "corrupt-all"
    NOISE = "noise"
    SLOW_BYTES = "slow-bytes"
    DUPLICATE = "duplicate"
    NAK_STORM = "nak-storm"
    """Takes the command on and then answers every frame with NAK until it has finished by itself."""
    STALE = "stale"
    """Tells of the previous transaction and of nothing else; nothing is charged."""
    WRONG_TERMINAL = "wrong-terminal"
    """Charges and tells another terminal's number."""
    WRONG_TRACE = "wrong-trace"
    """Charges and tells the trace number of the transaction before."""
    REFUSE_CURRENCY = "refuse-currency"
    """refuse-currency:N refuses N times with 84 6F, though the command is in yen."""
    OTHER_SALE = "other-sale"
    """A void takes back the newest other sale of that amount, and names it; anything else is approved."""


NUMBERS = {
    Act.DECLINE: Number(default=0x05, highest=0xFF, base=16),
    Act.BUSY: Number(default=2),
    Act.REFUSE_CURRENCY: Number(default=1),
    Act.SLOW: Number(default=5),
}
SPELLS = frozenset({Act.BUSY, Act.REFUSE_CURRENCY})

Answer = script.Answer[Act]
Script = script.Script[Act]


def read_script(text: str) -> Script:
    """The script in ``text``, and approvals from its end on. Raises ValueError naming what is wrong."""
    return Script(script.parse_answers(text, Act, NUMBERS), otherwise=Act.APPROVE, spells=SPELLS)
