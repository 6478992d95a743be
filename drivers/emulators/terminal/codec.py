"""The emulated terminal's own ZVT bytes, written apart from the driver's so that one cannot hide the other's mistakes.

Owns frames and fields as the terminal sends them; refuses to decide anything. Source: PA00P015.
"""

from dataclasses import dataclass

ACK = b"\x06"
NAK = b"\x15"
FRAME_BYTES_MAX = 2048
"""Commands to a terminal are short; a longer frame is noise."""
RESYNC_QUIET_S = 0.2
"""T1: so long without a byte, and a frame begun is forgotten."""


def checksum(payload: bytes) -> bytes:
    """CRC-16/KERMIT, bit by bit, low byte first."""
    register = 0
    for byte in payload:
        register ^= byte
        for _ in range(8):
            carry = register & 1
            register >>= 1
            if carry:
                register ^= 0x8408
    return bytes([register & 0xFF, register >> 8])


def wrap(payload: bytes) -> bytes:
    """A frame around one message."""
    out = bytearray(b"\x10\x02")
    for byte in payload:
        out.append(byte)
        if byte == 0x10:
            out.append(byte)
    return bytes(out) + b"\x10\x03" + checksum(payload + b"\x03")


def message(command: str, body: bytes = b"") -> bytes:
    """A message from its command in hex ("04 0F") and its body."""
    size = bytes([len(body)]) if len(body) < 0xFF else b"\xff" + len(body).to_bytes(2, "little")
    return bytes.fromhex(command) + size + body


class Unwrapper:
    """Collects bytes; ``take`` gives "ack", "nak", "bad" or a whole message."""

    def __init__(self) -> None:
        self._waiting = b""
        self._last_s = 0.0

    def take(self, now_s: float, received: bytes) -> list[bytes | str]:
        """All that is complete after ``received``."""
        found: list[bytes | str] = []
        if self._waiting and received and now_s - self._last_s > RESYNC_QUIET_S:
            self._waiting = b""
            found.append("bad")
        if received:
            self._last_s = now_s
        self._waiting += received
        while self._waiting:
            event, used = self._first(self._waiting)
            if used == 0:
                break
            self._waiting = self._waiting[used:]
            if event is not None:
                found.append(event)
        return found

    def _first(self, waiting: bytes) -> tuple[bytes | str | None, int]:
        if waiting[:1] == ACK:
            return "ack", 1
        if waiting[:1] == NAK:
            return "nak", 1
        if waiting[0] != 0x10 or (len(waiting) > 1 and waiting[1] != 0x02):
            return None, 1
        return self._frame(waiting)

    def _frame(self, waiting: bytes) -> tuple[bytes | str | None, int]:
        payload = bytearray()
        position = 2
        while position + 1 < len(waiting):
            byte, following = waiting[position], waiting[position + 1]
            if byte != 0x10:
                payload.append(byte)
                position += 1
            elif following == 0x10:
                payload.append(0x10)
                position += 2
            elif following == 0x03:
                end = position + 4
                if len(waiting) < end:
                    return None, 0
                fits = waiting[position + 2 : end] == checksum(bytes(payload) + b"\x03") and _is_whole(payload)
                return (bytes(payload) if fits else "bad"), end
            else:
                return "bad", position
            if len(payload) > FRAME_BYTES_MAX:
                return "bad", position
        return None, 0


def _is_whole(payload: bytearray) -> bool:
    if len(payload) < 3:
        return False
    if payload[2] == 0xFF:
        return len(payload) >= 5 and len(payload) == 5 + int.from_bytes(payload[3:5], "little")
    return len(payload) == 3 + payload[2]


def packed(digits: str) -> bytes:
    """A string of digits (and E for a masked one) as BCD."""
    return bytes.fromhex(digits)


def counted(payload: bytes) -> bytes:
    """LLVAR: the length as Fx Fy, then the bytes."""
    tens, ones = divmod(len(payload), 10)
    return bytes([0xF0 | tens, 0xF0 | ones]) + payload


def counted3(payload: bytes) -> bytes:
    """LLLVAR: the length as Fx Fy Fz, then the bytes."""
    return bytes(0xF0 | int(digit) for digit in f"{len(payload):03d}") + payload


@dataclass(frozen=True, slots=True)
class SaleCommand:
    """What a 06 01, 06 30 or 06 31 asks for; ``currency``, ``slip`` and ``mirrored`` are empty when left out."""

    amount: int
    currency: str
    slip: str = ""
    mirrored: str = ""
    """The receipt number in TLV 1F1F."""


def read_sale(body: bytes) -> SaleCommand | None:
    """Read amount (04), currency (49), receipt (87), mirrored receipt (06 with 1F1F); None when it cannot be read."""
    found: dict[int, str] = {}
    position = 0
    while position < len(body):
        tag = body[position]
        size = {0x04: 6, 0x49: 2, 0x19: 1, 0x01: 1, 0x87: 2}.get(tag)
        start = position + 1
        if tag == 0x06 and start < len(body):
            size, start = body[start], start + 1
        if size is None or start + size > len(body):
            return None
        content = body[start : start + size]
        found[tag] = content.hex()
        if tag != 0x06 and not found[tag].isdecimal():
            return None
        position = start + size
    amount = int(found.get(0x04, "0"))
    container = found.get(0x06, "")
    mirrored = container[6:10] if container.startswith("1f1f02") else ""
    return SaleCommand(amount, found.get(0x49, ""), found.get(0x87, ""), mirrored) if amount > 0 else None


class RawUnwrapper:
    """Messages on a TCP connection: one after the other, nothing between."""

    def __init__(self) -> None:
        self._waiting = b""

    def take(self, now_s: float, received: bytes) -> list[bytes | str]:
        """All that is complete after ``received``, whenever it came."""
        del now_s
        self._waiting += received
        found: list[bytes | str] = []
        while len(self._waiting) >= 3:
            long = self._waiting[2] == 0xFF
            if long and len(self._waiting) < 5:
                break
            size = 5 + int.from_bytes(self._waiting[3:5], "little") if long else 3 + self._waiting[2]
            if len(self._waiting) < size:
                break
            found.append(self._waiting[:size])
            self._waiting = self._waiting[size:]
        return found
