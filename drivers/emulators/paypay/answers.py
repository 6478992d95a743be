"""What the emulated provider, and the citizen before it, do with the next operations. Owns the words of its scripts."""

from enum import StrEnum

from drivers.emulators.script import Number, Script, parse_answers


class Act(StrEnum):
    """What happens with one code, charge or refund."""

    APPROVE = "approve"
    DECLINE = "decline"
    """The payment fails; a charge or refund is refused."""
    SILENT = "silent"
    """The request is taken in, nothing is done and nothing is said."""
    LOST_REPLY = "lost-reply"
    """It is done, and for a while nothing is said."""
    WRONG_AMOUNT = "wrong-amount"
    PREVIOUS = "previous"
    """Tells once of the payment before, then of this one."""
    TOO_LATE = "too-late"
    """A code is paid in the moment in which it is to be deleted."""
    OTHER_SALE = "other-sale"
    """A refund goes to another payment than was asked for, and says so."""
    BUSY = "busy"
    """The rate limit, so many times; then it goes on."""
    CUT = "cut"
    """Done, and the connection ends in the middle of the answer."""
    SLOW = "slow"
    """Done at once, told after so many seconds."""
    LATE = "late"
    """Done after so many seconds, and told then."""
    ERROR = "error"
    """Status 500, and nothing is done."""
    ERROR_DONE = "error-done"
    """Status 500, and it is done all the same."""
    MAINTENANCE = "maintenance"
    UNAUTHORIZED = "unauthorized"
    """The signature is refused, whatever it is."""
    SKEW = "skew"
    """The provider's clock is an hour ahead: it refuses the signature, and tells its clock."""
    DUPLICATE = "duplicate"
    """Refused: the number was used before."""
    ABANDON = "abandon"
    """Nobody pays the code."""
    USER_CANCELS = "user-cancels"
    DECIDES_LATER = "decides-later"
    """A charge is taken in, and decided seconds after."""
    PORTAL = "portal"
    """A web page instead of an answer; nothing is done."""
    GARBLED = "garbled"
    """Done, and told in words that are none."""
    THROTTLED = "throttled"
    """A refund is put off once."""


NUMBERS = {Act.BUSY: Number(1, 20), Act.SLOW: Number(20), Act.LATE: Number(45)}


def read_script(text: str) -> Script[Act]:
    """Such as "approve, busy:3, lost-reply". Raises ValueError naming what is wrong."""
    return Script(parse_answers(text, Act, NUMBERS), otherwise=Act.APPROVE)
