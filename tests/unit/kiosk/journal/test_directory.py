"""A journal's directory: synced with every part of the path that leads to it before the first entry is acknowledged."""

import os
from pathlib import Path

import pytest

from kiosk.journal.directory import sync_directory
from tests.unit.kiosk.journal.history import open_journal


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Directories that were synced, in order."""
    found: list[Path] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir():
            found.append(path)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return found


def test_a_new_journal_is_durable_under_its_whole_path_whoever_made_the_folder(
    tmp_path: Path, synced: list[Path]
) -> None:
    state = tmp_path / "kiosk" / "state"
    state.mkdir(parents=True)
    open_journal(state).close()
    assert synced[:3] == [state, tmp_path / "kiosk", tmp_path]
    synced.clear()
    open_journal(state).close()
    assert synced == [], "what was made durable once stays so"


def test_what_lies_above_may_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink() != tmp_path:
            raise PermissionError(descriptor)

    monkeypatch.setattr(os, "fsync", refusing)
    sync_directory(tmp_path)
    with pytest.raises(PermissionError):
        sync_directory(tmp_path.parent)
