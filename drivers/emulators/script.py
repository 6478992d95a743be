"""What an emulated terminal is told to do with the next operations. Owns a script's form, not its words."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

NUMBER_MAX = 600
"""No scripted wait or count is longer: a whole sale settles within 600 s."""

Act = TypeVar("Act", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Number:
    """The number an act takes, as in "slow:10"."""

    default: int
    highest: int = NUMBER_MAX
    base: int = 10


@dataclass(frozen=True)
class Answer(Generic[Act]):
    """One scripted operation. ``number`` is a result code, a count or seconds, as the act needs it."""

    act: Act
    number: int = 0


def parse_answers(text: str, acts: type[Act], numbers: Mapping[Act, Number]) -> tuple[Answer[Act], ...]:
    """Read answers between commas or lines, such as "approve, decline:07"; ``#`` starts a comment.

    Raises ValueError naming what is wrong.
    """
    lines = (line.partition("#")[0] for line in text.splitlines())
    return tuple(_answer(word.strip(), acts, numbers) for line in lines for word in line.split(",") if word.strip())


def _answer(text: str, acts: type[Act], numbers: Mapping[Act, Number]) -> Answer[Act]:
    word, _, argument = text.partition(":")
    try:
        act = acts(word)
    except ValueError:
        raise ValueError(f"answer {word!r} is not known; known are {', '.join(acts)}") from None
    number = numbers.get(act)
    if number is None:
        if argument:
            raise ValueError(f"answer {word!r} takes no number")
        return Answer(act)
    if not argument:
        return Answer(act, number.default)
    try:
        told = int(argument, number.base) if argument.isascii() and argument.isalnum() else 0
    except ValueError:
        raise ValueError(f"answer {text!r}: {argument!r} is not a number") from None
    if not 0 < told <= number.highest:
        raise ValueError(f"answer {text!r}: the number must be 1 to {number.highest}")
    return Answer(act, told)


class Script(Generic[Act]):
    """Gives the answers one after the other, and ``otherwise`` when they are used up.

    An act of ``spells`` lasts for as many operations as its number says.
    """

    def __init__(self, answers: Iterable[Answer[Act]], *, otherwise: Act, spells: frozenset[Act] = frozenset()) -> None:
        self._answers = deque(answers)
        self._otherwise = Answer(otherwise)
        self._spells = spells
        self._spell_left = 0
        self.played: Counter[Act] = Counter()
        """How often each act was played."""

    @property
    def is_in_spell(self) -> bool:
        """An act that lasts for several operations is not over yet."""
        return self._spell_left > 0

    def next_answer(self) -> Answer[Act]:
        """The answer to this operation."""
        answer = self._answers[0] if self._answers else self._otherwise
        if answer.act in self._spells:
            self._spell_left = (self._spell_left or answer.number) - 1
        if self._answers and not self._spell_left:
            self._answers.popleft()
        self.played[answer.act] += 1
        return answer
