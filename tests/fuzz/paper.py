"""What an auditor hands in: the text or code of a day's paper, and an exported journal."""

import json
from collections.abc import Iterator

from kiosk.domain.checkpoint import (
    Checkpoint,
    CheckpointError,
    is_written_out,
    parse_checkpoint,
    read_code,
    read_wanted,
)
from kiosk.domain.checkpoint_check import Rule
from kiosk.domain.record import GENESIS_HASH, chain_hash
from receipts.sample import SAMPLE_CHECKPOINT
from register.domain.refusal import Unusable
from register.services.verify_export import verify_export
from tests.fuzz import records
from tests.fuzz.target import Target, assert_one_line


def text(data: bytes) -> None:
    """What is read is read again from its own text and code; what is not says why in one line."""
    given = data.decode("utf-8", "replace")
    try:
        read = read_wanted(given)
    except CheckpointError as error:
        assert_one_line(error)
        return
    if isinstance(read, Checkpoint):
        assert parse_checkpoint(read.text) == read
        assert read_code(read.code) == read.code
        assert "".join(given.split()).upper().startswith("CKD1/")
    else:
        assert read_code(read) == read
        assert is_written_out(given)


def export(data: bytes) -> None:
    """A file gets a verdict over as many entries as it has lines, or one line that says which of them is none."""
    lines = data.splitlines(keepends=True)
    try:
        verdict, findings = verify_export(iter(lines), parse_checkpoint(SAMPLE_CHECKPOINT.qr_text))
    except Unusable as error:
        assert_one_line(error, about="--export")
        return
    assert verdict.entries == len(lines)
    assert findings[-1].rule is Rule.DIFFERS, "nobody's made-up file is the sample's day"


def _texts() -> Iterator[bytes]:
    yield SAMPLE_CHECKPOINT.qr_text.encode()
    yield SAMPLE_CHECKPOINT.code.encode()
    yield SAMPLE_CHECKPOINT.qr_text.lower().encode()
    yield b"paper.txt"


def _exports() -> Iterator[bytes]:
    canonical = records.every_record()[0]
    digest = chain_hash(GENESIS_HASH, canonical).hex()
    place = json.dumps({"epoch": 1, "seq": 1, "kind": "x", "prev_hash": GENESIS_HASH.hex(), "hash": digest})
    yield canonical + b"\n"
    yield place[:-1].encode() + b',"record":' + canonical + b"}\n"
    yield b'{"header":{"kiosk_id":"k1","epoch":1,"seq":1},"body":{}}\n'
    yield b"\n"


TARGETS = (
    Target(
        "day-paper",
        ("kiosk.domain.checkpoint", "kiosk.domain.checkpoint_check"),
        text,
        _texts,
        runs=20_000,
    ),
    Target("exported-journal", ("register.services.verify_export",), export, _exports, runs=4_000, bytes_max=4096),
)
