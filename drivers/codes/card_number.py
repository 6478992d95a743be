"""Card numbers in free text. Owns what looks like one and how little of it is shown; refuses to know whose text it is.

Source: ISO/IEC 7812-1 (13 to 19 digits, the last a Luhn check digit). It errs on the safe side: what is masked by
mistake can be read on the terminal, what is shown by mistake cannot be taken back.
"""

import re
from itertools import pairwise

DIGITS_MIN, DIGITS_MAX = 13, 19
DIGITS_SHOWN = 4
MASK = "*"

_GROUP = re.compile(r"\d+")
_GAP = re.compile(r"[^\w,:/]{1,2}|[^\S\n]*\n[^\S\n]*")
"""What may stand within one number: a character or two that belong to no word, time or date, or a line's end."""
_GROUP_DIGITS_MIN = 3
"""Shorter groups make dates and times; a card number is printed in groups of four to six."""
_EMBOSSED = frozenset(
    {
        (4, 4, 4, 4),
        (4, 6, 5),
        (4, 6, 4),
        *((4, 4, 4, last) for last in (1, 2)),
        *((4, 4, 4, 4, last) for last in (1, 2, 3)),
    }
)
"""How card numbers are grouped on cards, and by fours where they are not: masked whatever their check digit."""

_Span = tuple[int, int]


def mask_card_numbers(text: str) -> str:
    """``text`` of the same length, each card number in it reduced to its last four digits, the others as ``*``."""
    chains = _chains(text)
    hidden: set[int] = set()
    for chain in chains:
        for numbered in _numbers(text, chain):
            digits = [at for start, end in numbered for at in range(start, end)]
            hidden.update(digits[:-DIGITS_SHOWN])
    if not hidden:
        return text
    return "".join(MASK if at in hidden else character for at, character in enumerate(text))


def _chains(text: str) -> list[list[_Span]]:
    """Groups of digits with nothing between neighbors that would end a number."""
    chains: list[list[_Span]] = []
    groups = [match.span() for match in _GROUP.finditer(text)]
    for before, group in pairwise([(0, -1), *groups]):
        if chains and _GAP.fullmatch(text, before[1], group[0]):
            chains[-1].append(group)
        else:
            chains.append([group])
    return chains


def _numbers(text: str, chain: list[_Span]) -> list[list[_Span]]:
    found = [[group] for group in chain if group[1] - group[0] >= DIGITS_MIN]
    for first in range(len(chain)):
        count = 0
        for last in range(first, len(chain)):
            count += chain[last][1] - chain[last][0]
            if count > DIGITS_MAX:
                break
            groups = chain[first : last + 1]
            if count >= DIGITS_MIN and len(groups) > 1 and _looks_like_one(text, groups):
                found.append(groups)
    return found


def _looks_like_one(text: str, groups: list[_Span]) -> bool:
    sizes = tuple(end - start for start, end in groups)
    if sizes in _EMBOSSED or set(sizes) == {1}:
        return True
    return min(sizes) >= _GROUP_DIGITS_MIN and _has_check_digit("".join(text[start:end] for start, end in groups))


def _has_check_digit(digits: str) -> bool:
    """Luhn."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        total += digit if place % 2 == 0 else sum(divmod(2 * digit, 10))
    return total % 10 == 0
