"""The emulated display at the far end of a virtual line, in the test's own process, with a plug that can be pulled."""

import os
import select
import time
import tty
from pathlib import Path

from drivers.emulators.display.core import DisplayCore, Picture

WAIT_S = 20.0
LOOK_S = 0.01


class Screen20:
    """``name`` stays the same however often the plug is pulled."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.seen: list[Picture] = []
        """Every picture since the last ``until``."""
        self.refused: list[str] = []
        self.plug()

    def plug(self) -> None:
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        self._core = DisplayCore(self.seen.append, self.refused.append)
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(os.ttyname(self._far))

    def pull(self) -> None:
        self.name.unlink()
        self.close()

    def close(self) -> None:
        os.close(self._far)
        os.close(self._near)
        assert self.refused == [], "what no display knows"

    def until(self, upper: str, lower: str) -> None:
        """Wait for a picture."""
        deadline_s = time.monotonic() + WAIT_S
        while (upper, lower) not in self.seen:
            assert time.monotonic() < deadline_s, f"waited for {(upper, lower)}, saw {self.seen}"
            time.sleep(LOOK_S)
            while select.select([self._near], [], [], 0)[0]:
                self._core.step(0.0, os.read(self._near, 4096))
        self.seen.clear()
