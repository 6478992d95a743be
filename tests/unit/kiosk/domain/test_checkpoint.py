"""The text of a closed day: it comes back whole however it was copied, and says what is wrong when it does not."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkpoint import (
    CHECKPOINT_CHARS_MAX,
    Checkpoint,
    CheckpointError,
    is_written_out,
    parse_checkpoint,
    read_code,
    read_wanted,
)
from receipts.sample import SAMPLE_CHECKPOINT, sample_report

DAY = Checkpoint("shiminka-1", 1, date(2026, 11, 23), 5021, 5643, 148, 93_500, hashlib.sha256(b"head").digest())
SIGNED = DAY.signed("ea0da87f192ce344", lambda message: hashlib.sha512(message).digest())

CHECKPOINTS = st.builds(
    Checkpoint,
    kiosk_id=st.from_regex(r"[A-Za-z0-9._-]{1,41}", fullmatch=True),
    epoch=st.integers(1, 10**6 - 1),
    business_date=st.dates(),
    first_seq=st.integers(1, 10**6),
    last_seq=st.integers(10**6, 10**12 - 1),
    count=st.integers(1 - 10**7, 10**7 - 1),
    amount_yen=st.integers(1 - 10**11, 10**11 - 1),
    head_hash=st.binary(min_size=32, max_size=32),
)


@settings(max_examples=200)
@given(CHECKPOINTS, st.binary(min_size=64, max_size=64))
def test_every_text_comes_back_and_fits_its_symbol(stated: Checkpoint, signature: bytes) -> None:
    signed = stated.signed("0123456789abcdef", lambda _: signature)
    for each in (stated, signed):
        assert parse_checkpoint(each.text) == each
        assert each.text.isascii()
        assert len(each.text) <= CHECKPOINT_CHARS_MAX
        assert read_wanted(each.code) == each.code
    assert stated.code != signed.code


def test_the_longest_text_is_as_long_as_said() -> None:
    longest = replace(
        SIGNED,
        kiosk_id="k" * 41,
        epoch=999_999,
        first_seq=10**12 - 2,
        last_seq=10**12 - 1,
        count=1 - 10**7,
        amount_yen=1 - 10**11,
    )
    assert parse_checkpoint(longest.text) == longest
    assert len(longest.text) == CHECKPOINT_CHARS_MAX


def test_the_sample_paper_carries_the_day_it_shows() -> None:
    found = parse_checkpoint(SAMPLE_CHECKPOINT.qr_text)
    assert (found.code, found.key_id) == (SAMPLE_CHECKPOINT.code, SAMPLE_CHECKPOINT.key_id)
    assert found.head_hash.hex() == sample_report().journal_head
    assert (found.count, found.amount_yen) == (148, 93_500)


def test_a_scanner_may_fold_letters_and_break_lines() -> None:
    head, _, rest = SIGNED.text.partition("/2026")
    assert parse_checkpoint(f"  {head}/2026{rest.lower()[:40]}\r\n{rest.lower()[40:]}\n") == SIGNED


def test_the_signature_covers_every_part_and_the_key() -> None:
    others = [
        replace(SIGNED, kiosk_id="shiminka-2"),
        replace(SIGNED, epoch=2),
        replace(SIGNED, business_date=date(2026, 11, 24)),
        replace(SIGNED, first_seq=5020),
        replace(SIGNED, last_seq=5644),
        replace(SIGNED, count=147),
        replace(SIGNED, amount_yen=93_499),
        replace(SIGNED, head_hash=bytes(32)),
        replace(SIGNED, key_id="ea0da87f192ce345"),
    ]
    assert len({each.signing_bytes for each in (SIGNED, *others)}) == 10
    assert len({each.code for each in (SIGNED, *others)}) == 10
    assert SIGNED.signing_bytes.startswith(b"counter-kiosk/day-checkpoint/1\x00CKD1/shiminka-1/1/2026-11-23/5021-5643/")


@pytest.mark.parametrize("place", range(0, len(SIGNED.text), 7))
@pytest.mark.parametrize("letter", ["Q", "7", "-", "漢"])
def test_one_wrong_letter_is_another_text_or_none(place: int, letter: str) -> None:
    wrong = SIGNED.text[:place] + letter + SIGNED.text[place + 1 :]
    try:
        found = parse_checkpoint(wrong)
    except CheckpointError:
        return
    assert (found == SIGNED) is (wrong.upper() == SIGNED.text.upper())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://example.jp/", "begins with CKD1/"),
        (SIGNED.text.rpartition("/")[0], "has 10 parts"),
        (SIGNED.text[:-1], "signature of a day checkpoint has 103 letters"),
        (SIGNED.text + "A", "signature of a day checkpoint"),
        (SIGNED.text.replace("2026-11-23", "2026-11-31"), "'2026-11-31' is not the date"),
        (SIGNED.text.replace("2026-11-23", "20261123"), "'20261123' is not the date"),
        (SIGNED.text.replace("/148/", "/0148/"), "the count of a day checkpoint is a number, not '0148'"),
        (SIGNED.text.replace("/148/", "/１４８/"), "the count of a day checkpoint is a number"),
        (SIGNED.text.replace("5021-5643", "5643-5021"), "cannot end before it begins"),
        (SIGNED.text.replace("ea0da87f192ce344", ""), "names the key of its signature"),
        (DAY.text + "A" * 400, "at most 286 characters"),
        ("", "empty: give the text of the QR symbol"),
        ("CKD1/" + "/" * 8, "kiosk's id"),
    ],
)
def test_what_is_no_checkpoint_is_said_in_one_line(text: str, words: str) -> None:
    with pytest.raises(CheckpointError, match=words) as caught:
        read_wanted(text)
    assert "\n" not in str(caught.value)


def test_a_code_is_read_as_people_type_it() -> None:
    code = SAMPLE_CHECKPOINT.code
    assert code == "RJ6U-4PZC-EJ52-E43V"
    for typed in (code, code.lower(), code.replace("-", ""), " RJ6U 4PZC EJ52 E43V ", code.replace("-", "ー")):
        assert read_code(typed) == code
    assert read_code("RJ6U-4PZC-EJ52-E43O") == read_code("RJ6U-4PZC-EJ52-E430"), "no 0 occurs: it was an O"
    for other in ("", code[:-1], code + "A", "shiminka.txt"):
        assert read_code(other) == ""


def test_a_file_name_is_not_taken_for_a_checkpoint() -> None:
    assert is_written_out(SIGNED.text)
    assert is_written_out(SIGNED.text.lower())
    assert is_written_out(SIGNED.code)
    assert not is_written_out("paper.txt")
    assert not is_written_out("-")
