"""What an emulated terminal is told to do with the next charges. Owns the script's words; refuses to act on them."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SLOW_S_DEFAULT = 5
NUMBER_MAX = 600
"""No scripted wait is longer: a whole sale settles within 600 s."""
CODE_MAX = 99


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
    CORRUPT = "corrupt"
    """Charges; the first copy of the reply has a wrong LRC."""
    CORRUPT_ALL = "corrupt-all"
    """Charges; every copy of the reply has a wrong LRC."""
    DUPLICATE = "duplicate"
    """Approves and sends every frame twice."""
    OTHER_SALE = "other-sale"
    """A void takes back the newest other sale, and names it; anything else is approved."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted charge. ``number`` is a response code or seconds, as the act needs it."""

    act: Act
    number: int = 0


DEFAULTS = {Act.DECLINE: 1, Act.SLOW: SLOW_S_DEFAULT}


def parse_answer(text: str) -> Answer:
    """Read "approve", "decline:07", "slow:10". Raises ValueError naming what is wrong."""
    word, _, argument = text.strip().partition(":")
    try:
        act = Act(word)
    except ValueError:
        raise ValueError(f"answer {word!r} is not known; known are {', '.join(Act)}") from None
    if not argument:
        return Answer(act, DEFAULTS.get(act, 0))
    if act not in DEFAULTS:
        raise ValueError(f"answer {word!r} takes no number")
    highest = CODE_MAX if act is Act.DECLINE else NUMBER_MAX
    if not (argument.isascii() and argument.isdecimal() and 0 < int(argument) <= highest):
        raise ValueError(f"answer {text!r}: the number must be 1 to {highest}")
    return Answer(act, int(argument))


def parse_answers(text: str) -> tuple[Answer, ...]:
    """Read answers between commas or lines; ``#`` starts a comment. Raises ValueError."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    return tuple(parse_answer(word) for line in lines for word in line.split(",") if word.strip())


class Script:
    """Gives the answers one after the other, and approves when they are used up."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self._answers = deque(answers)

    def next_answer(self) -> Answer:
        return self._answers.popleft() if self._answers else Answer(Act.APPROVE)
