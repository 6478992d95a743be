"""Tells a keyboard-wedge scanner from fingers by its speed. Owns holding keys back; refuses clocks, timers and windows.

A scanner types a key every few milliseconds and ends with Enter; nobody does. Keys are held until they are one or the
other, so that a code never reaches a text field, not even its first character.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable, broken_rule

GAP_S = 0.03
"""Scanners leave 1 to 15 ms between keys. Two keys rolled by one hand come this close; six in a row do not."""
BURST_GAP_S = 0.1
"""Inside a recognized burst a busy machine may hold keys up; a person needs longer to follow a scanner."""
BURST_KEYS_MIN = 6
"""The shortest code here; fewer quick keys are a person's."""
ENTER = frozenset(("\r", "\n"))
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""What an input method makes of ASCII: the same characters, wide."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys that a person pressed, to be delivered as if they had never been held: ``keys`` are the caller's own."""

    keys: tuple[object, ...] = field(repr=False)


Recognized = Scan | Unreadable | Typed


class BurstRecognizer:
    """One keyboard's keys in, scans and typing out, in order.

    Times are seconds on any clock that only goes forward, best the system's own stamp of the key: a window that was
    busy sees a person's keys all at once.
    """

    def __init__(self) -> None:
        self._keys: list[object] = []
        self._text: list[str] = []
        self._last_s = 0.0
        self._is_burst = False
        self._too_long = False

    @property
    def deadline_s(self) -> float | None:
        """When ``quiet`` is due; None while nothing is held."""
        return self._last_s + self._gap_s if self._keys or self._is_burst else None

    @property
    def _gap_s(self) -> float:
        return BURST_GAP_S if self._is_burst else GAP_S

    def press(self, key: object, text: str, at_s: float, *, is_repeat: bool = False) -> tuple[Recognized, ...]:
        """Take one key press that writes ``text`` ("\\r" for Enter, empty for keys that write nothing).

        Returns what is now certain. A key that is held down repeats as fast as a scanner types, and is none.
        """
        found = list(self.quiet(at_s))
        if is_repeat or len(text) != 1:
            if not text and self._is_burst:
                return tuple(found)  # the Shift of a scanner's capital letter
            found += self._released()
            found.append(Typed((key,)))
        elif text in ENTER and self._is_burst:
            found.append(self._scanned())
        elif text in ENTER:
            found += self._released()
            found.append(Typed((key,)))
        else:
            self._hold(key, text, at_s)
        return tuple(found)

    def quiet(self, at_s: float) -> tuple[Recognized, ...]:
        """No key came until ``at_s``: what was held is typing, or a code without its end."""
        deadline_s = self.deadline_s
        if deadline_s is None or at_s <= deadline_s:
            return ()
        if self._is_burst:
            self._forget()
            return (Unreadable("the code stopped without Enter"),)
        return tuple(self._released())

    def _hold(self, key: object, text: str, at_s: float) -> None:
        self._last_s = at_s
        if len(self._text) >= SCAN_BYTES_MAX:
            self._too_long = True
            return
        self._text.append(text)
        self._keys.append(key)
        self._is_burst |= len(self._text) >= BURST_KEYS_MIN

    def _released(self) -> Iterator[Recognized]:
        if self._is_burst:
            self._forget()
            yield Unreadable("the code was broken off")
        elif self._keys:
            keys = tuple(self._keys)
            self._forget()
            yield Typed(keys)

    def _scanned(self) -> Scan | Unreadable:
        text, too_long = narrow("".join(self._text)), self._too_long
        self._forget()
        rule = "longer than any code" if too_long else broken_rule(text)
        return Unreadable(rule) if rule else Scan(text)

    def _forget(self) -> None:
        self._keys.clear()
        self._text.clear()
        self._is_burst = self._too_long = False


def narrow(text: str) -> str:
    """Full-width ASCII, as a Japanese input method types it, made ASCII again; anything else is left as it is.

    Letters that became kana cannot be brought back: ``broken_rule`` refuses them.
    """
    return text.translate(_FULL_WIDTH)
