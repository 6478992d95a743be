"""A line display at the far end of a virtual line: reads the commands with a reader of its own, keeps the picture."""

import os
import select
import time
import tty
from pathlib import Path

COLUMNS = 20
WAIT_S = 20.0
LOOK_S = 0.01


class Screen20:
    """Two rows of twenty columns, a character a column, as a citizen would read them."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.seen: list[tuple[str, str]] = []
        """Every picture that differed from the one before."""
        self.plug()

    def plug(self) -> None:
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        self._pending = b""
        self._blank()
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(os.ttyname(self._far))

    def pull(self) -> None:
        self.name.unlink()
        self.close()

    def close(self) -> None:
        os.close(self._far)
        os.close(self._near)

    def rows(self) -> tuple[str, str]:
        """What stands there now, without the blanks at the end."""
        while select.select([self._near], [], [], 0)[0]:
            self._pending += os.read(self._near, 4096)
        while self._take():
            self._remember()
        return self._picture()

    def until(self, upper: str, lower: str) -> None:
        """Wait for a picture."""
        deadline_s = time.monotonic() + WAIT_S
        while (rows := self.rows()) != (upper, lower) and (upper, lower) not in self.seen:
            assert time.monotonic() < deadline_s, f"waited for {(upper, lower)}, saw {self.seen}, shows {rows}"
            time.sleep(LOOK_S)
        self.seen.clear()

    def _picture(self) -> tuple[str, str]:
        upper, lower = ("".join(cells).rstrip() for cells in self._cells)
        return upper, lower

    def _remember(self) -> None:
        whole = self._row == 1 and self._column == COLUMNS
        if (whole or self._picture() == ("", "")) and (not self.seen or self.seen[-1] != self._picture()):
            self.seen.append(self._picture())

    def _blank(self) -> None:
        self._cells = [[" "] * COLUMNS, [" "] * COLUMNS]
        self._row = self._column = 0

    def _take(self) -> bool:
        """One command or character off the front; False when it has not all come."""
        data = self._pending
        length = {0x1B: 2 if data[1:2] == b"@" else 3, 0x1F: {0x24: 4, 0x01: 2}.get(data[1] if len(data) > 1 else 0, 3)}
        need = length.get(data[0], 1) if data else 1
        if len(data) < need:
            return False
        self._pending = data[need:]
        if data[0] == 0x0C:
            self._blank()
        elif data[:2] == b"\x1f\x24":
            self._column, self._row = data[2] - 1, data[3] - 1
        elif data[0] >= 0x20:
            character = "¥" if data[0] == 0x5C else data[:1].decode("cp932")
            self._cells[self._row][self._column] = character
            self._column += 1
        return True
