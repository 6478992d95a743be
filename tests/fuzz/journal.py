"""Journal records as the kiosk reads them back, and the head file beside them."""

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from kiosk.domain.codec import to_plain
from kiosk.domain.record import Head, Record, RecordError, canonical_bytes, chain_hash, parse_record, plain_body
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HeadFile, create_head, read_head
from kiosk.journal.listing import Language, describe
from tests.fuzz import records
from tests.fuzz.target import Target, assert_one_line

PREV_HASH = bytes(range(32))


def _parsed(canonical: bytes) -> Record | None:
    try:
        return parse_record(canonical, PREV_HASH)
    except RecordError:
        return None


def record(data: bytes) -> None:
    """What is read says what the bytes say, is chained by them, can be listed, and is read again from its own bytes."""
    canonical = records.made_up(data)
    read = _parsed(canonical)
    if read is None:
        return
    given = json.loads(canonical)
    assert records.is_within(to_plain(read.header), given["header"])
    assert records.is_within(plain_body(read.body), given["body"])
    assert (read.canonical, read.hash) == (canonical, chain_hash(PREV_HASH, canonical))
    for language in Language:
        assert describe(read, language)
    again = parse_record(canonical_bytes(read.header, read.body), PREV_HASH)
    assert (again.header, again.body) == (read.header, read.body)


@cache
def _head_path() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-head-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "journal.head"


def head(data: bytes) -> None:
    """A head is believed only as it was written; a file nobody can read is an error, never an older head."""
    path = _head_path()
    path.write_bytes(data)
    try:
        found = read_head(path)
    except JournalError as error:
        assert_one_line(error)
        return
    assert found is not None
    assert found.hash in data
    assert found.seq.to_bytes(8, "big") + found.hash in data


def _heads() -> list[bytes]:
    path = _head_path()
    create_head(path, 1)
    fresh = path.read_bytes()
    file = HeadFile(path)
    file.write(Head(1, 7, PREV_HASH))
    file.close()
    return [fresh, path.read_bytes(), fresh[:88], b""]


TARGETS = (
    Target(
        "journal-record",
        ("kiosk.domain.record", "kiosk.domain.codec", "kiosk.journal.intents"),
        record,
        records.seeds,
        10_000,
        1_500,
    ),
    Target("journal-head", ("kiosk.journal.head_file",), head, _heads, 4_000, 4_500),
)
