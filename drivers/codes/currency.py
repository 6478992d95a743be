"""Decimals of currencies. Owns how many digits may follow an amount's point; refuses to know names or rates.

Source: ISO 4217, column "minor unit"; the currencies not named here have two.
"""

_NONE = "108 152 174 262 324 352 392 410 548 600 646 704 800 940 950 952 953"
_THREE = "048 368 400 414 434 512 788"
_FOUR = "927 990"
_EXPONENTS = {
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
    **dict.fromkeys(_FOUR.split(), 4),
}


def exponent_of(currency: str) -> int:
    """``currency`` as its three digits."""
    return _EXPONENTS.get(currency, 2)
