"""The scanner driver behind the windows' keys: kiosk.ui knows no driver, drivers know no window. Decides nothing."""

from collections.abc import Callable, Iterable

from drivers.scanner.api import Scan
from drivers.scanner.wedge import BurstRecognizer, Recognized, Typed
from kiosk.services.notices import Notice, Scanned, ScanUnreadable


class WedgeScanner:
    """kiosk.ui.scanner_keys.Fingers; what was scanned goes to ``tell``, what was typed back to the window."""

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        self._recognizer = BurstRecognizer()
        self._tell = tell

    @property
    def deadline_s(self) -> float | None:
        return self._recognizer.deadline_s

    def press(self, key: object, text: str, at_s: float, *, is_repeat: bool = False) -> tuple[object, ...]:
        return self._typed(self._recognizer.press(key, text, at_s, is_repeat=is_repeat))

    def commit(self, key: object, text: str, at_s: float, *, ends: bool = True) -> tuple[object, ...]:
        return self._typed(self._recognizer.commit(key, text, at_s, ends=ends))

    def quiet(self, at_s: float) -> tuple[object, ...]:
        return self._typed(self._recognizer.quiet(at_s))

    def _typed(self, found: Iterable[Recognized]) -> tuple[object, ...]:
        keys: list[object] = []
        for one in found:
            match one:
                case Typed():
                    keys += one.keys
                case Scan(text):
                    self._tell(Scanned(text))
                case _:
                    self._tell(ScanUnreadable())
        return tuple(keys)
