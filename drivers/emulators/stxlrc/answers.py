"""What an emulated terminal is told to do with the next charges. Owns the script's words; refuses to act on them."""

from enum import StrEnum

from drivers.emulators import script
from drivers.emulators.script import Number


class Act(StrEnum):
    """How one charge goes."""

    APPROVE = "approve"
    DECLINE = "decline"
    """decline:NN with a response code; 01 when none is given."""
    SILENT = "silent"
    """Hears the command and says nothing; nothing is charged."""
    REFUSE = "refuse"
    """Answers the command with NAK; nothing is charged."""
    STALL = "stall"
    """Acknowledges the command and says nothing more; nothing is charged."""
    SLOW = "slow"
    """slow:N thinks for N seconds, reporting meanwhile, and approves."""
    LOST_REPLY = "lost-reply"
    """Charges and falls silent; the charge stands."""
    CUT = "cut"
    """Charges and the line is pulled out and put back; the charge stands."""
    WRONG_AMOUNT = "wrong-amount"
    """Charges one yen more and says so."""
    WRONG_ECHO = "wrong-echo"
    """Charges the right amount and tells another."""
    PREVIOUS = "previous"
    """Tells of the previous sale first, then approves."""
    STALE = "stale"
    """Tells of the previous sale and of nothing else; nothing is charged."""
    WRONG_TERMINAL = "wrong-terminal"
    """Charges and tells another terminal's number."""
    WRONG_TICKET = "wrong-ticket"
    """Charges and tells another ticket."""
    BUSY = "busy"
    """busy:N does not hear this command and the next N - 1, whatever they are; nothing is charged."""
    NAK_STORM = "nak-storm"
    """nak-storm:N answers this command and the next N - 1 with NAK, whatever they are; nothing is charged."""
    REBOOT = "reboot"
    """Restarts with the card in: the line drops, nothing is charged."""
    CORRUPT = "corrupt"
    """Charges; the first copy of the reply has a wrong LRC. This one and the next four: see wire_faults."""
    CORRUPT_ALL = "corrupt-all"
    NOISE = "noise"
    SLOW_BYTES = "slow-bytes"
    DUPLICATE = "duplicate"
    OTHER_SALE = "other-sale"
    """A void takes back the newest other sale, and names it; anything else is approved."""


NUMBERS = {
    Act.DECLINE: Number(default=1, highest=99),
    Act.BUSY: Number(default=2),
    Act.NAK_STORM: Number(default=5),
    Act.SLOW: Number(default=5),
}
SPELLS = frozenset({Act.BUSY, Act.NAK_STORM})

Answer = script.Answer[Act]
Script = script.Script[Act]


def read_script(text: str) -> Script:
    """The script in ``text``, and approvals from its end on. Raises ValueError naming what is wrong."""
    return Script(script.parse_answers(text, Act, NUMBERS), otherwise=Act.APPROVE, spells=SPELLS)
