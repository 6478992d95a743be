"""The emulated terminal's own STX/ETX/LRC bytes, written apart from the driver's so that neither hides a mistake.

Owns frames as the terminal sends and hears them; refuses to decide anything. Source: POS Integrado reference.
"""

ACK, NAK = b"\x06", b"\x15"
FRAME_BYTES_MAX = 256
"""Commands to a terminal are short; a longer frame is noise."""
RESYNC_QUIET_S = 0.5
"""So long without a byte, and a frame begun is forgotten."""


def check_byte(checked: bytes) -> bytes:
    """The XOR of all bytes."""
    total = 0
    for byte in checked:
        total ^= byte
    return bytes([total])


def wrap(text: str) -> bytes:
    """A frame around the fields of one message, already between separators."""
    checked = text.encode("ascii") + b"\x03"
    return b"\x02" + checked + check_byte(checked)


class Unwrapper:
    """Collects bytes; ``take`` gives ACK or NAK, ``None`` for damage, or the text of a whole message."""

    def __init__(self) -> None:
        self._waiting = b""
        self._last_s = 0.0

    def take(self, now_s: float, received: bytes) -> list[bytes | str | None]:
        """All that is complete after ``received``."""
        found: list[bytes | str | None] = []
        if self._waiting and received and now_s - self._last_s > RESYNC_QUIET_S:
            self._waiting = b""
            found.append(None)
        if received:
            self._last_s = now_s
        self._waiting += received
        while self._waiting:
            first = self._waiting[:1]
            if first in (ACK, NAK):
                found.append(first)
                self._waiting = self._waiting[1:]
            elif first != b"\x02":
                self._waiting = self._waiting[1:]
            elif not self._frame(found):
                break
        return found

    def _frame(self, found: list[bytes | str | None]) -> bool:
        """Take a frame off the front; False when it is not whole yet."""
        end = self._waiting.find(b"\x03")
        if end == -1 and len(self._waiting) <= FRAME_BYTES_MAX:
            return False
        if end == -1 or end > FRAME_BYTES_MAX:
            found.append(None)
            self._waiting = self._waiting[1:]
            return True
        if len(self._waiting) < end + 2:
            return False
        text, check = self._waiting[1:end], self._waiting[end + 1 : end + 2]
        self._waiting = self._waiting[end + 2 :]
        fits = check == check_byte(text + b"\x03") and text.isascii() and text.decode("ascii").isprintable()
        found.append(text.decode("ascii") if fits else None)
        return True
