"""The witness beside the database: two slots, of which one is always good."""

from pathlib import Path

import pytest

from kiosk.domain.record import GENESIS_HASH, Head
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HeadFile, create_head, read_head

SLOT_STEP_BYTES = 4096


def head(seq: int) -> Head:
    return Head(1, seq, bytes([seq]) * 32)


def write(path: Path, *seqs: int) -> None:
    file = HeadFile(path)
    for seq in seqs:
        file.write(head(seq))
    file.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.head"
    create_head(path, 1)
    return path


def test_no_file_is_no_head_and_a_fresh_file_is_the_beginning(tmp_path: Path, path: Path) -> None:
    assert read_head(tmp_path / "none") is None
    assert read_head(path) == Head(1, 0, GENESIS_HASH)


def test_the_newest_head_is_read_however_often_the_file_is_opened(path: Path) -> None:
    for seq in range(1, 6):
        write(path, seq)
        assert read_head(path) == head(seq)


@pytest.mark.parametrize("cut", [0, 1, 20, 87])
def test_a_torn_write_leaves_the_head_before_it(path: Path, cut: int) -> None:
    write(path, 1, 2, 3)
    before = path.read_bytes()
    write(path, 4)
    after = path.read_bytes()
    (changed,) = [n for n in (0, SLOT_STEP_BYTES) if before[n : n + 88] != after[n : n + 88]]
    torn = before[:changed] + after[changed : changed + cut] + before[changed + cut :]
    path.write_bytes(torn)
    assert read_head(path) == head(3)
    write(path, 4)
    assert read_head(path) == head(4)


def test_a_write_never_touches_the_head_before_it(path: Path) -> None:
    """Over a long run as well, in which the file is opened once."""
    file = HeadFile(path)
    for seq in range(1, 7):
        before = path.read_bytes()
        file.write(head(seq))
        after = path.read_bytes()
        torn = bytes(old if old == new else 0 for old, new in zip(before, after, strict=True))
        path.write_bytes(torn)
        assert read_head(path) == (head(seq - 1) if seq > 1 else Head(1, 0, GENESIS_HASH))
        path.write_bytes(after)
    file.close()


def test_a_head_is_on_the_disk_when_writing_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Head | None] = []
    monkeypatch.setattr("kiosk.journal.head_file._sync", lambda _: synced.append(read_head(path)))
    write(path, 1, 2)
    assert synced == [head(1), head(2)], "synced once after each head, with the head in the file"


@pytest.mark.parametrize("slot", [0, SLOT_STEP_BYTES])
def test_any_flipped_bit_costs_one_slot_at_most(path: Path, slot: int) -> None:
    write(path, 1, 2)
    good = path.read_bytes()
    for bit in range(88 * 8):
        damaged = bytearray(good)
        damaged[slot + bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        assert read_head(path) in (head(1), head(2))


@pytest.mark.parametrize("content", [b"", b"CKHEAD01", bytes(8192)])
def test_nothing_readable_is_an_error_in_one_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(JournalError, match="damaged; compare the journal with the central register"):
        read_head(path)
