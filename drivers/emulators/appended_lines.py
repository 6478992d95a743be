"""Lines that a person or a script appends to a file while an emulator runs. Owns where it has read to; never writes."""

from pathlib import Path

LOOK_S = 0.05
"""How often the file is looked at; a hand is slower."""
LOOK_BYTES_MAX = 65_536


class AppendedLines:
    """Each whole line once, in order. A file that does not exist yet has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = 0

    def fresh(self) -> list[str]:
        """What has been appended since the last look."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            fresh = file.read(LOOK_BYTES_MAX)
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        return whole.decode(errors="replace").splitlines()
