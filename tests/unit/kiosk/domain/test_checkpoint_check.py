"""What follows from a paper and a book, and that each of it has its sentence in both languages."""

import string
from dataclasses import replace

import pytest

from kiosk.domain.checkpoint_check import FAULTS, NOTES, Finding, Held, KnownKey, Rule, code_unknown, examine
from kiosk.domain.checkpoint_words import MARKS, WORDS, line, told
from kiosk.domain.money import Yen
from kiosk.domain.record import Actor, DayCheckpoint, DayClosed, Draft, Header, Record, TenderTotal, seal
from kiosk.domain.tender import TenderKind
from tests.unit.kiosk.domain.test_checkpoint import DAY

KEY_ID = "0123456789abcdef"
CLERK = Actor("yamada", "山田", "出納員")
TOTALS = (TenderTotal(TenderKind.CREDIT, 100, Yen(60_000)), TenderTotal(TenderKind.CASH, 48, Yen(33_500)))


def close(totals: tuple[TenderTotal, ...] = TOTALS) -> Record:
    body = DayClosed(DAY.first_seq, DAY.last_seq, totals)
    header = Header("shiminka-1", 1, DAY.last_seq, "day_closed", "", 1, "boot", DAY.business_date, CLERK, "1")
    return seal(Draft(body, DAY.business_date, CLERK, "1"), header, bytes(32))


PAPER = replace(DAY, head_hash=close().hash).signed(KEY_ID, lambda _: b"s" * 64)
HELD = Held(
    kiosk_id="shiminka-1",
    last_seq=6000,
    entry=close(),
    recorded=DayCheckpoint(PAPER.text),
    key=KnownKey(b"k" * 32, vouched=True),
    chain_whole=True,
)


def rules(held: Held, *, signed: bool = True) -> set[Rule]:
    return {finding.rule for finding in examine(PAPER, held, lambda *_: signed)}


def test_a_paper_that_agrees() -> None:
    assert rules(HELD) == {Rule.PAPER, Rule.SIGNED, Rule.HASH_SAME, Rule.MONEY_SAME, Rule.RECORDED, Rule.AGREES}


def test_the_signature_is_of_these_bytes() -> None:
    asked: list[tuple[bytes, ...]] = []

    def is_signed(*given: bytes) -> bool:
        asked.append(given)
        return True

    examine(PAPER, HELD, is_signed)
    assert asked == [(b"k" * 32, b"s" * 64, PAPER.signing_bytes)]


@pytest.mark.parametrize(
    ("held", "rule"),
    [
        (replace(HELD, kiosk_id=""), Rule.KIOSK_UNKNOWN),
        (replace(HELD, kiosk_id="shiminka-2"), Rule.OTHER_KIOSK),
        (replace(HELD, last_seq=0, entry=None), Rule.NO_EPOCH),
        (replace(HELD, last_seq=5642, entry=None), Rule.ENTRY_MISSING),
        (replace(HELD, entry=None), Rule.NOT_THE_CLOSE),
        (replace(HELD, chain_whole=False), Rule.CHAIN_BROKEN),
        (replace(HELD, entry=close(TOTALS[:1])), Rule.MONEY_OTHER),
        (replace(HELD, entry=close(TOTALS[:1])), Rule.HASH_OTHER),
        (replace(HELD, recorded=DayCheckpoint(DAY.text)), Rule.RECORDED_OTHER),
        (replace(HELD, key=None, knows_every_key=True), Rule.KEY_NOT_ENROLLED),
        (replace(HELD, key=KnownKey(b"k" * 32, vouched=True, revoked_on=DAY.business_date.replace(day=22))),
         Rule.KEY_REVOKED_BEFORE),
    ],
)  # fmt: skip
def test_each_contradiction_is_named_and_decides(held: Held, rule: Rule) -> None:
    found = rules(held)
    assert {rule, Rule.DIFFERS} <= found
    assert Rule.AGREES not in found


@pytest.mark.parametrize(
    ("held", "rule"),
    [
        (replace(HELD, key=None), Rule.KEY_UNKNOWN),
        (replace(HELD, key=KnownKey(b"k" * 32, vouched=False)), Rule.SIGNED_BY_OWN_WORD),
        (replace(HELD, recorded=None), Rule.NOT_RECORDED),
        (replace(HELD, key=KnownKey(b"k" * 32, vouched=True, revoked_on=DAY.business_date)), Rule.SIGNED),
    ],
)
def test_what_is_only_worth_knowing_decides_nothing(held: Held, rule: Rule) -> None:
    assert {rule, Rule.AGREES} <= rules(held)


def test_a_signature_that_does_not_fit() -> None:
    assert {Rule.SIGNATURE_WRONG, Rule.HASH_SAME, Rule.DIFFERS} <= rules(HELD, signed=False)


def test_an_unsigned_paper_agrees_and_says_so() -> None:
    paper = replace(PAPER, key_id="", signature=b"")
    held = replace(HELD, recorded=DayCheckpoint(paper.text))
    found = {finding.rule for finding in examine(paper, held, lambda *_: False)}
    assert {Rule.UNSIGNED, Rule.AGREES} <= found


def every_finding() -> list[Finding]:
    books = [
        HELD,
        replace(HELD, kiosk_id=""),
        replace(HELD, kiosk_id="k2"),
        replace(HELD, last_seq=0),
        replace(HELD, last_seq=1, entry=None),
        replace(HELD, entry=None),
        replace(HELD, chain_whole=False, recorded=None, key=None),
        replace(HELD, entry=close(TOTALS[:1]), recorded=DayCheckpoint("x"), key=None, knows_every_key=True),
        replace(HELD, key=KnownKey(b"k", vouched=False)),
        replace(HELD, key=KnownKey(b"k", vouched=True, revoked_on=DAY.business_date.replace(year=2020))),
    ]
    found = [finding for held in books for finding in examine(PAPER, held, lambda *_: True)]
    found += examine(PAPER, HELD, lambda *_: False)
    found += examine(replace(PAPER, key_id="", signature=b""), HELD, lambda *_: True)
    return [*found, *code_unknown("RJ6U-4PZC-EJ52-E43V")]


def test_every_rule_is_found_and_has_its_words() -> None:
    assert {finding.rule for finding in every_finding()} == set(Rule) == set(WORDS)
    assert not NOTES & FAULTS


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_sentence_is_whole(language: str) -> None:
    for finding in every_finding():
        said = told(finding, language)
        shown = line(said, language)
        assert shown.startswith(tuple(f"[{mark}] " for mark in MARKS[language]))
        assert "{" not in shown
        assert (said["verdict"] == "bad") is (finding.rule in FAULTS)
        if language == "en":
            assert set(said["detail"]) <= set(string.printable)
    if language == "ja":
        assert "2026年11月23日" in told(every_finding()[0], "ja")["detail"]
