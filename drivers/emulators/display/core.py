"""An emulated customer display of two rows of twenty columns. Owns what stands there; refuses bytes no display knows.

Commands of Epson customer displays: 0C clears, 1B 40 initializes, 1F 24 x y moves the cursor, 1F 01 overwrites; 1C 26
and 1C 2E switch kanji on and off.
"""

from collections.abc import Callable, Sequence

COLUMNS, ROWS = 20, 2
PENDING_BYTES_MAX = 4
"""The longest command."""
Picture = tuple[str, str]

_YEN, _CLEAR, _SPACE = 0x5C, 0x0C, 0x20
_COMMAND_BYTES = {
    b"\x1b@": 2,
    b"\x1bR": 3,
    b"\x1bt": 3,
    b"\x1b=": 3,
    b"\x1cC": 3,
    b"\x1c&": 2,
    b"\x1c.": 2,
    b"\x1f\x01": 2,
    b"\x1f$": 4,
    b"\x1fX": 3,
}
_KANJI_ON, _KANJI_OFF = b"\x1c&", b"\x1c."


class DisplayCore:
    """Reads what arrives, however split. ``show`` gets every whole picture, ``refuse`` what no display knows."""

    wake_at_s: float | None = None

    def __init__(self, show: Callable[[Picture], None], refuse: Callable[[str], None]) -> None:
        self._show, self._refuse = show, refuse
        self._pending = b""
        self._kanji = False
        self._cells: list[list[str]] = []
        self._clear()

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
        """Take in what arrived; a display answers nothing."""
        self._pending += received
        while self._pending and self._take(self._pending):
            continue
        return ()

    def _take(self, data: bytes) -> bool:
        """One command or character off the front; False when it has not all come."""
        if data[0] == _CLEAR:
            self._use(1)
            self._clear()
            self._show(self._picture())
        elif data[0] < _SPACE:
            return self._command(data)
        else:
            return self._write(data)
        return True

    def _command(self, data: bytes) -> bool:
        if len(data) < 2:
            return False
        length = _COMMAND_BYTES.get(data[:2])
        if length is None:
            self._refuse(data[:2].hex(" "))
            self._use(2)
            return True
        if len(data) < length:
            return False
        self._use(length)
        match data[:2]:
            case b"\x1b@":
                self._kanji = False
                self._clear()
            case b"\x1f$":
                self._move(data[2], data[3])
            case b"\x1c&" | b"\x1c.":
                self._kanji = data[:2] == _KANJI_ON
            case _:
                pass  # brightness, code tables, overwriting: no picture tells them apart
        return True

    def _write(self, data: bytes) -> bool:
        wide = self._kanji and (0x81 <= data[0] < 0xA0 or 0xE0 <= data[0] < 0xFD)
        if wide and len(data) < 2:
            return False
        code = data[: 2 if wide else 1]
        self._use(len(code))
        if self._column + len(code) > COLUMNS:
            self._refuse(f"{code.hex()} beyond column {COLUMNS}")
            return True
        character = "¥" if code[0] == _YEN else code.decode("cp932", "replace")
        self._cells[self._row][self._column : self._column + len(code)] = [character] + [""] * (len(code) - 1)
        self._column += len(code)
        if (self._row, self._column) == (ROWS - 1, COLUMNS):
            self._show(self._picture())
        return True

    def _move(self, column: int, row: int) -> None:
        if 1 <= column <= COLUMNS and 1 <= row <= ROWS:
            self._column, self._row = column - 1, row - 1
        else:
            self._refuse(f"cursor to {column}, {row}")

    def _use(self, length: int) -> None:
        self._pending = self._pending[length:]

    def _clear(self) -> None:
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._row = self._column = 0

    def _picture(self) -> Picture:
        upper, lower = ("".join(cells).rstrip() for cells in self._cells)
        return upper, lower
