"""What an emulated terminal is told to do with the next charges. Owns the script's words; refuses to act on them."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BUSY_TIMES_DEFAULT = 2
SLOW_S_DEFAULT = 5
NUMBER_MAX = 600
"""No scripted wait or count is longer: a whole sale settles within 600 s."""


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
    OTHER_SALE = "other-sale"
    """A void takes back the newest other sale of that amount, and names it; anything else is approved."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted charge. ``number`` is a result code, a count or seconds, as the act needs it."""

    act: Act
    number: int = 0


def parse_answer(text: str) -> Answer:
    """Read "approve", "decline:6C", "busy:3", "slow:10". Raises ValueError naming what is wrong."""
    word, _, argument = text.strip().partition(":")
    try:
        act = Act(word)
    except ValueError:
        known = ", ".join(Act)
        raise ValueError(f"answer {word!r} is not known; known are {known}") from None
    defaults = {Act.DECLINE: 0x05, Act.BUSY: BUSY_TIMES_DEFAULT, Act.SLOW: SLOW_S_DEFAULT}
    if act not in defaults:
        if argument:
            raise ValueError(f"answer {word!r} takes no number")
        return Answer(act)
    if not argument:
        return Answer(act, defaults[act])
    try:
        number = int(argument, 16 if act is Act.DECLINE else 10)
    except ValueError:
        raise ValueError(f"answer {text!r}: {argument!r} is not a number") from None
    highest = 0xFF if act is Act.DECLINE else NUMBER_MAX
    if not 0 < number <= highest:
        raise ValueError(f"answer {text!r}: the number must be 1 to {highest}")
    return Answer(act, number)


def parse_answers(text: str) -> tuple[Answer, ...]:
    """Read answers between commas or lines; ``#`` starts a comment. Raises ValueError."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    return tuple(parse_answer(word) for line in lines for word in line.split(",") if word.strip())


class Script:
    """Gives the answers one after the other, and approves when they are used up."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self._answers = deque(answers)
        self._busy_left = 0

    def next_answer(self) -> Answer:
        """The answer to this charge; BUSY for each refusal of a busy spell."""
        if self._busy_left == 0 and self._answers and self._answers[0].act is Act.BUSY:
            self._busy_left = self._answers.popleft().number
        if self._busy_left:
            self._busy_left -= 1
            return Answer(Act.BUSY)
        return self._answers.popleft() if self._answers else Answer(Act.APPROVE)
