"""Rules of a PIN: which is too easy, and how long a name rests after wrong ones. Pure; refuses to see a hash."""

import itertools

TRIES_FREE = 4
"""Wrong PINs in a row without consequence: wet hands, a wrong name, a key that bounces."""
WAIT_FIRST_S = 60
WAIT_S_MAX = 3600
"""A name rests for an hour at most. Nobody can lock the counter for a day by keying nonsense, and a guesser gets about
fifteen tries in eight hours: one PIN of six digits in sixty thousand."""
DIGITS_MIN = 6
DIGITS_MAX = 12


def wait_s(refusals: int) -> int:
    """How long nobody may try after so many wrong PINs in a row: 0, then 60 s, doubled each time up to an hour."""
    if refusals <= TRIES_FREE:
        return 0
    return int(min(WAIT_S_MAX, WAIT_FIRST_S << min(refusals - TRIES_FREE - 1, 10)))


def weakness(pin: str) -> str:
    """Why a new PIN is refused, as a sentence to follow "the PIN"; empty when it may be used."""
    if not (pin.isascii() and pin.isdigit()):
        return "may hold the digits 0 to 9 alone"
    if not DIGITS_MIN <= len(pin) <= DIGITS_MAX:
        return f"has {DIGITS_MIN} to {DIGITS_MAX} digits"
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(steps) == 1:
        return "is one digit repeated or a run such as 123456: choose another"
    half = len(pin) // 2
    if len(set(pin)) <= 2 or pin == pin[:half] * 2:
        return "repeats itself: choose another"
    return ""
