"""Secrets that must stay where they were told, and the search for them. Owns the forms looked for; masks nothing.

The card numbers are those the card schemes publish for tests; no card bears them.
"""

import base64
import re
import unicodedata

CARDS = (
    "4111111111111111",
    "4222222222222",
    "4000002760003184",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "3530111333300000",
    "30569309025904",
    "6011000990139424",
    "6200000000000005",
)
"""Visa of 16 and of 13 digits, Mastercard of both series, American Express, JCB, Diners Club, Discover, UnionPay."""
TRACK_2 = f"{CARDS[0]}=28121011000012345678"
PIN = "903817264551"
"""As long as a PIN may be: four digits stand in any file by chance."""
TOKEN = "tok_9fQ7vCanary2c6XvE1"
WALLETS = ("900081818837164502918273", "3158992186402917355", "9000000295173046281905")
"""Codes as phones show them to pay with, of three operators; no wallet has them."""
GAP_MAX = 3
"""Characters between two digits of one number: a blank, a hyphen, a line's end. All the digits of a database's file,
whatever stands between them, are any number in the end."""
_NUMBER = re.compile(rf"\d(?:\D{{0,{GAP_MAX}}}\d)*", re.DOTALL)
_BETWEEN = re.compile(r"\D+")
ENCODINGS = ("utf-8", "cp932", "utf-16-le", "utf-16-be")


def found_in(data: bytes) -> list[str]:
    """The secrets that ``data`` holds, each with the forms it was found in; empty where it holds none."""
    digits = {encoding: _digits(data, encoding) for encoding in ENCODINGS}
    hexadecimal, lowered = data.hex(), data.lower()
    found: list[str] = []
    for secret in (*CARDS, *WALLETS, PIN, TOKEN):
        forms = [f"digits in {encoding}" for encoding, seen in digits.items() if secret in seen]
        forms += [f"{encoding}" for encoding in ENCODINGS if secret.encode(encoding) in data]
        forms += ["packed"] if secret in hexadecimal else []
        forms += ["hex"] if secret.encode().hex().encode() in lowered else []
        packed = bytes.fromhex(secret + "f" * (len(secret) % 2)) if secret.isdecimal() else b""
        forms += [f"base64 at {at}" for at in range(3) if _base64_core(secret.encode(), at) in data]
        forms += [f"packed in base64 at {at}" for at in range(3) if packed and _base64_core(packed, at) in data]
        if forms:
            found.append(f"{secret}: {', '.join(forms)}")
    return found


def _digits(data: bytes, encoding: str) -> str:
    """Numbers as bare digits, whatever stands in their gaps, full width as well."""
    told = (data.decode(encoding, "ignore"), data[1:].decode(encoding, "ignore") if "16" in encoding else "")
    numbers = (_BETWEEN.sub("", number) for text in told for number in _NUMBER.findall(text))
    return unicodedata.normalize("NFKC", "|".join(numbers))


def _base64_core(secret: bytes, at: int) -> bytes:
    """The letters that ``secret`` always gives when it begins ``at`` bytes after a multiple of three."""
    whole = base64.b64encode(bytes(at) + secret)
    first = (at * 8 + 5) // 6
    return whole[first : (at + len(secret)) * 8 // 6]
