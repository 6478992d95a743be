"""Every seed, and every input that once broke a parser, on every machine; and what an input may cost."""

import sys
from types import FrameType
from typing import Any

import pytest

from kiosk.domain.record import canonical_json, parse_record
from register.domain.entries import read_entry
from tests.fuzz import records
from tests.fuzz.catalog import CORPUS, TARGETS, corpus_of
from tests.fuzz.target import Target

STEPS_PER_BYTE = 200
STEPS_BASE = 60_000
"""Lines of our Python that one input may take: so many, and so many a byte; squares take thousands."""
LONG_BYTES = 6_000
GROWN_MAX = 8
"""Inputs a target that are made long: counting is slow."""
OURS = ("kiosk.", "drivers.", "receipts.", "register.", "tomllib.")


class _Counting:
    """Ends what takes too many lines: a bound that no busy machine moves."""

    def __init__(self, most: int) -> None:
        self.left = most

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._called)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        del event, argument
        return self._stepped if frame.f_globals.get("__name__", "").startswith(OURS) else None

    def _stepped(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            sys.settrace(None)
            raise AssertionError(f"more lines than its bytes allow, in {frame.f_code.co_qualname}")
        return self._stepped


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_known_inputs_break_nothing(target: Target) -> None:
    corpus = corpus_of(target)
    assert corpus
    for _, content in [*corpus, ("empty", b"")]:
        target.check(content)


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_the_work_grows_no_faster_than_the_input(target: Target) -> None:
    corpus = corpus_of(target)
    for _, content in corpus[:: len(corpus) // GROWN_MAX + 1]:
        if content:
            target.check(content)  # what is made once has been made
            grown = (content * (LONG_BYTES // len(content) + 1))[:LONG_BYTES]
            with _Counting(STEPS_BASE + STEPS_PER_BYTE * len(grown)):
                target.check(grown)


@pytest.mark.parametrize("kind", records.kinds())
def test_the_record_that_is_spoiled_is_a_good_one(kind: str) -> None:
    """Else what is refused of it would say nothing."""
    canonical = canonical_json(records.record_of(kind))
    entry = read_entry(canonical, kiosk_id=records.KIOSK_ID, epoch=records.EPOCH, seq=records.SEQ, prev_hash=bytes(32))
    assert (entry.kind, entry.flag) == (kind, None)
    assert parse_record(canonical, bytes(32)).header.kind == kind


def test_every_kept_input_has_a_target() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} <= set(TARGETS)
