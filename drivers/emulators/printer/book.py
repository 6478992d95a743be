"""The printer's files: receipt-N.bin, .png, .txt, printer-events.jsonl. Owns durability; never overwrites old runs."""

import json
import os
import re
from pathlib import Path

from drivers.emulators.printer.core import Job

EVENTS_FILE = "printer-events.jsonl"


class FileBook:
    """Everything is on disk when a call returns: the completion reply may only be sent after that."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.violation_count = 0

    def next_number(self) -> int:
        """One more than the highest receipt in the folder."""
        names = (re.fullmatch(r"receipt-(\d+)\.bin", path.name) for path in self._folder.iterdir())
        return max((int(name[1]) for name in names if name), default=0) + 1

    def keep(self, job: Job) -> None:
        stem = f"receipt-{job.number}"
        self._write(f"{stem}.png", job.png)
        self._write(f"{stem}.txt", job.text.encode())
        self._write(f"{stem}.bin", job.data)
        self._sync_folder()

    def note(self, event: str, **facts: object) -> None:
        self.violation_count += event == "violation"
        line = json.dumps({"event": event, **facts}, ensure_ascii=False) + "\n"
        with (self._folder / EVENTS_FILE).open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _write(self, name: str, data: bytes) -> None:
        """Whole or not at all: readers may look at any moment."""
        fresh = self._folder / f".{name}.new"
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / name)

    def _sync_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
