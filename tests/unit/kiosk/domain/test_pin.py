"""Which PINs are too easy, and how long a name rests."""

import pytest

from kiosk.domain.pin import TRIES_FREE, WAIT_S_MAX, wait_s, weakness


@pytest.mark.parametrize("pin", ["135792", "907413", "123457", "864209753124"])
def test_a_pin_that_nobody_guesses_first(pin: str) -> None:
    assert weakness(pin) == ""


@pytest.mark.parametrize(
    ("pin", "word"),
    [
        ("", "digits"),
        ("12345a", "digits"),
        ("１２３４５７", "digits"),  # full-width digits are no keys of the pad
        ("13579", "6 to 12"),
        ("1357924680135", "6 to 12"),
        ("000000", "run"),
        ("123456", "run"),
        ("987654", "run"),
        ("135791", "run"),
        ("121212", "repeats"),
        ("114411", "repeats"),
        ("147147", "repeats"),
    ],
)
def test_an_easy_pin_is_refused_with_its_reason(pin: str, word: str) -> None:
    assert word in weakness(pin)


def test_a_guesser_gets_about_fifteen_tries_in_eight_hours() -> None:
    tries, spent_s = 0, 0
    while spent_s <= 8 * 3600:
        tries += 1
        spent_s += wait_s(tries)
    assert tries <= 20
    assert wait_s(TRIES_FREE) == 0
    assert wait_s(10_000) == WAIT_S_MAX
