"""A kiosk killed with entries in its write-ahead log, and the log, the database or the head file damaged afterwards.

Every damage is harmless, with every acknowledged entry there byte for byte, or noticed: never a shorter journal that
looks whole. ``--flipped-bits N`` sets how many bits are tried.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from kiosk.domain.books import Entry
from kiosk.journal.commands import verify
from kiosk.journal.database import load_driver
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME
from kiosk.journal.opening import DATABASE_NAME
from kiosk.sync.keys import is_signed
from tests.tampering.site import SHM_NAME, WAL_NAME, Site

SEED = 20261123


@dataclass(frozen=True)
class Image:
    """The files as a kill leaves them, and every entry that had been acknowledged by then."""

    folder: Path
    entries: tuple[Entry, ...]

    def laid_out(self, folder: Path, damaged: str = "", content: bytes = b"") -> Path:
        """A fresh copy without the shared memory, which a restart of the machine takes away; one file damaged."""
        for name in (DATABASE_NAME, WAL_NAME, HEAD_NAME):
            (folder / name).write_bytes(content if name == damaged else (self.folder / name).read_bytes())
        (folder / SHM_NAME).unlink(missing_ok=True)
        return folder


@pytest.fixture(scope="module")
def image(template: Site, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """A third day killed in the middle: some of its entries are in the database, the others in the log alone."""
    site = template.copy_to(tmp_path_factory.mktemp("hot") / "kiosk")
    folder = site.folder.with_name("image")
    with site.running() as bench:
        site.sell_after_opening(bench)
        bench.journal.books()  # a reader of its own, as a running kiosk has
        shutil.copytree(site.folder, folder)
        entries = bench.journal.entries_after(0, count_max=10_000, bytes_max=2**30)
    assert (folder / WAL_NAME).stat().st_size > 100_000
    return Image(folder, entries)


@pytest.fixture
def target(template: Site, tmp_path: Path) -> Iterator[Site]:
    """A folder to lay images out in, in memory where the machine has such a place: nothing here needs a disk."""
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(dir=memory if memory.is_dir() else tmp_path))
    yield template.copy_to(folder / "kiosk")
    shutil.rmtree(folder)


def outcome(site: Site, image: Image) -> str:
    """``whole`` or ``noticed``; anything else fails here."""
    try:
        journal = site.open()
    except JournalError:
        return "noticed"
    with journal:
        held = journal.entries_after(0, count_max=10_000, bytes_max=2**30)
    assert held[: len(image.entries)] == image.entries, "acknowledged entries are gone or altered, and nobody said so"
    return "whole"


def heads_alone(folder: Path) -> int:
    """The control: what a reader sees that looks at nothing but the database."""
    connection = load_driver().connect(folder / DATABASE_NAME)
    try:
        return int(connection.execute("SELECT max(seq) FROM journal").fetchall()[0][0] or 0)
    except load_driver().error:
        return -1
    finally:
        connection.close()


def flipped(content: bytes, bit: int) -> bytes:
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@pytest.mark.parametrize("name", [WAL_NAME, HEAD_NAME, DATABASE_NAME])
def test_any_flipped_bit_is_harmless_or_noticed(target: Site, image: Image, flipped_bits: int, name: str) -> None:
    content = (image.folder / name).read_bytes()
    chance = random.Random(f"{SEED}-{name}")
    share = flipped_bits if name == WAL_NAME else flipped_bits // 5
    seen: Counter[str] = Counter()
    for _ in range(share):
        bit = chance.randrange(len(content) * 8)
        image.laid_out(target.folder, name, flipped(content, bit))
        seen[outcome(target, image)] += 1
    assert seen["whole"] + seen["noticed"] == share
    if name == WAL_NAME:
        assert seen["noticed"] > share // 10, "the log was not hot: nothing was tried"


def test_the_database_alone_would_not_notice(target: Site, image: Image) -> None:
    """The control: without the head file a flipped bit shortens the journal, and chain and file check are content."""
    content = (image.folder / WAL_NAME).read_bytes()
    chance = random.Random(SEED)
    shorter = []
    for _ in range(40):
        image.laid_out(target.folder, WAL_NAME, flipped(content, chance.randrange(len(content) * 8)))
        if 0 < heads_alone(target.folder) < len(image.entries):
            bad = {verdict.check for verdict in verify(target.folder, is_signed) if not verdict.ok}
            shorter.append(bad)
    assert len(shorter) > 10
    assert all("head file" in bad and not bad & {"database file", "chain"} for bad in shorter)


@pytest.mark.parametrize("name", [WAL_NAME, DATABASE_NAME])
def test_any_cut_is_harmless_or_noticed(target: Site, image: Image, name: str) -> None:
    content = (image.folder / name).read_bytes()
    seen: Counter[str] = Counter()
    for size in range(0, len(content), max(1, len(content) // 60)):
        image.laid_out(target.folder, name, content[:size])
        seen[outcome(target, image)] += 1
    assert seen["noticed"] > 40


def test_the_log_deleted(target: Site, image: Image) -> None:
    (image.laid_out(target.folder) / WAL_NAME).unlink()
    with pytest.raises(JournalError, match=r"ends at entry .* the journal was truncated or an old backup was put back"):
        target.open()


def test_untouched_it_starts_with_everything(target: Site, image: Image) -> None:
    image.laid_out(target.folder)
    assert outcome(target, image) == "whole"
    assert target.bad() == {}
