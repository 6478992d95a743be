"""A terminal that tells card numbers in the clear, as none may: in their fields, in others, on its slips.

Owns test numbers alone (published by the card schemes for tests; no card bears them); refuses any other.
"""

from drivers.emulators.terminal.codec import counted, counted3, packed

NUMBERS = ("4111111111111111", "5555555555554444", "378282246310005", "6011000990139424", "4000002760003184")
"""Visa, Mastercard, American Express, Discover, Visa."""
LINES = (
    f"PAN {NUMBERS[0]}",
    "PAN 5555 5555 5555 4444",
    "3782-822463-10005",
    f"{NUMBERS[3]}=28121011000012345678",
    "40000027",
    "60003184",
    "CARD\x004111.1111.1111.1111",
)
"""As they might stand on a slip; the last number but one goes on in the next line."""
_CARD_NAME = b"\x8b"


def in_clear(status_information: bytes) -> bytes:
    """A 04 0F with card numbers in every field that can hold one; those already there are replaced."""
    size_bytes = 5 if status_information[2] == 0xFF else 3
    body = status_information[size_bytes:]
    at = body.index(b"\x22\xf0\xf8")
    body = body[:at] + b"\x22\xf0\xf8" + packed(NUMBERS[0]) + body[at + 11 :]
    name = body.index(_CARD_NAME)
    body = body[:name] + _CARD_NAME + counted(f"Visa {NUMBERS[4]}".encode())
    body += b"\x23" + counted(packed(NUMBERS[1]) + b"\xd2\x81\x21\x01")
    body += b"\x24" + counted3(packed(NUMBERS[0]) * 2)
    body += b"\x2d" + counted(f"B{NUMBERS[2]}^TEST/CARD^2812101".encode())
    body += b"\x3c" + counted3(f"card {NUMBERS[3]}".encode())
    tlv = b"\x1f\x20" + bytes([16]) + NUMBERS[4].encode() + b"\x5a\x08" + packed(NUMBERS[0])
    body += b"\x06" + bytes([len(tlv)]) + tlv
    size = bytes([len(body)]) if len(body) < 0xFF else b"\xff" + len(body).to_bytes(2, "little")
    return status_information[:2] + size + body
