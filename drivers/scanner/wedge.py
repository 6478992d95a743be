"""Tells a keyboard-wedge scanner from fingers by its speed. Owns holding keys back; refuses clocks, timers and windows.

A scanner types a key every few milliseconds and ends with Enter or Tab; nobody does. Keys are held until they are one
or the other, so that a code never reaches a text field, not even its first character.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable, broken_rule

GAP_S = 0.03
"""Scanners leave 1 to 15 ms between keys. Two keys rolled by one hand come this close; six in a row do not."""
BURST_GAP_S = 0.1
"""Inside a recognized burst a busy machine may hold keys up; a person needs longer to follow a scanner."""
BURST_KEYS_MIN = 6
"""So many quick keys are a scanner's before its end has come."""
CODE_KEYS_MIN = 4
"""The shortest code here. With an end as quick behind them they are a scanner's: nobody's fingers are so quick."""
HELD_KEYS_MAX = 64
"""Keys held before it is certain whose they are; a person's fingers do not come near it."""
ENDS = frozenset(("\r", "\n", "\t"))
"""What scanners send behind a code: Enter, or Tab where somebody has set it so."""
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
        self._ended_s = float("-inf")
        self._is_burst = False
        self._rule = ""

    @property
    def deadline_s(self) -> float | None:
        """When ``quiet`` is due; None while nothing is held."""
        return self._last_s + self._gap_s if self._is_holding else None

    @property
    def _is_holding(self) -> bool:
        return bool(self._keys) or self._is_burst

    @property
    def _gap_s(self) -> float:
        return BURST_GAP_S if self._is_burst else GAP_S

    def press(self, key: object, text: str, at_s: float, *, is_repeat: bool = False) -> tuple[Recognized, ...]:
        """Take one key press that writes ``text`` ("\\r" for Enter, empty for keys that write nothing).

        Returns what is now certain. A key that is held down repeats as fast as a scanner types, and is none; but it
        begins late, when nothing is held back any more. Earlier a "repeat" is a scanner's double digit, so quick that
        the system took it for one.
        """
        found = list(self.quiet(at_s))
        if text in ENDS and at_s <= self._ended_s + BURST_GAP_S:
            return tuple(found)  # the LF behind a scanner's CR
        if text in ENDS and self._is_code:
            found.append(self._scanned("".join(self._text), at_s))
        elif text in ENDS or len(text) > 1 or ((is_repeat or not text) and not self._is_holding):
            found += self._released()
            found.append(Typed((key,)))
        else:
            self._hold(key, text, at_s)
        return tuple(found)

    def commit(self, key: object, text: str, at_s: float, *, ends: bool = True) -> tuple[Recognized, ...]:
        """An input method hands over what it composed from the keys pressed so far: its text is the code.

        ``ends`` is False when it goes on composing: then a code has been torn in two, and neither half is one.
        """
        found = list(self.quiet(at_s))
        if not self._is_code:
            found += self._released()
            found.append(Typed((key,)))
        elif ends:
            found.append(self._scanned(text, at_s))
        else:
            self._rule = "the input method tore the code in two"
            self._hold(key, "", at_s)
        return tuple(found)

    def quiet(self, at_s: float) -> tuple[Recognized, ...]:
        """No key came until ``at_s``: what was held is typing, or a code without its end."""
        deadline_s = self.deadline_s
        if deadline_s is None or at_s <= deadline_s:
            return ()
        if self._is_burst:
            self._forget()
            return (Unreadable("the code stopped without an end"),)
        return tuple(self._released())

    @property
    def _is_code(self) -> bool:
        return self._is_burst or len(self._text) >= CODE_KEYS_MIN

    def _hold(self, key: object, text: str, at_s: float) -> None:
        """A key that writes nothing is held in its place, such as the Shift of a scanner's capital letter."""
        self._last_s = at_s
        if text and len(self._text) >= SCAN_BYTES_MAX:
            self._rule = "longer than any code"
        elif text:
            self._text.append(text)
        if not self._is_burst:
            self._keys.append(key)
        self._is_burst |= len(self._text) >= BURST_KEYS_MIN or len(self._keys) >= HELD_KEYS_MAX

    def _released(self) -> Iterator[Recognized]:
        if self._is_burst:
            self._forget()
            yield Unreadable("the code was broken off")
        elif self._keys:
            keys = tuple(self._keys)
            self._forget()
            yield Typed(keys)

    def _scanned(self, wide: str, at_s: float) -> Scan | Unreadable:
        text = narrow(wide)
        rule = (
            self._rule or ("" if text.isascii() else "characters that no key of a scanner writes") or broken_rule(text)
        )
        self._forget()
        self._ended_s = at_s
        return Unreadable(rule) if rule else Scan(text)

    def _forget(self) -> None:
        self._keys.clear()
        self._text.clear()
        self._is_burst, self._rule = False, ""


def narrow(text: str) -> str:
    """Full-width ASCII, as a Japanese input method types it, made ASCII again; anything else is left as it is.

    Letters that became kana cannot be brought back: such a scan is refused. A code that holds Japanese itself has to be
    read by a scanner on a serial line, because no key writes that.
    """
    return text.translate(_FULL_WIDTH)
