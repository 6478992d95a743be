"""A register, or a proxy before it, whose answers hold card numbers: neither log, journal nor person is told them."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.cli import PROFILE
from kiosk.commands import load
from kiosk.sync.client import RegisterClient
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME, NEXT_KEY_NAME, EnrolmentError, enroll
from kiosk.sync.keys import Enrolment, create_key, save_enrolment
from kiosk.sync.push import RefusedByRegister, Unreachable, push_once
from kiosk.sync.rotate import RotationError, rotate_key
from kiosk.syncing import Syncing
from tests.canaries.canaries import CARDS, TOKEN, found_in
from tests.canaries.sinks import files, leaks, log
from tests.unit.kiosk.conftest import Bench
from tests.unit.kiosk.sync.test_push import NOW, Script, say

WORDS = f"refused: {' '.join(CARDS)}"
ANSWERS = (
    (409, {"rule": "fork", "detail": WORDS}),
    (403, {"rule": CARDS[0], "detail": WORDS}),
    (503, {"detail": WORDS}),
    (200, {"frozen_rule": "fork", "frozen_detail": WORDS, "ack_seq": CARDS[1]}),
)


@pytest.mark.parametrize(("status", "answer"), ANSWERS)
def test_what_a_push_makes_of_an_answer_holds_no_card_number(
    open_bench: Bench, script: Script, tmp_path: Path, status: int, answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script.replies = [say(status, answer)]
    key = create_key(tmp_path / KEY_NAME)
    client = RegisterClient(Enrolment(script.url, "shiminka-1", 1, key.key_id), key, now_iso=lambda: NOW)
    result = push_once(open_bench.journal, client)
    client.close()
    assert script.heard
    assert isinstance(result, RefusedByRegister | Unreachable)
    status_shown = repr((result, open_bench.journal.books().sync_status())).encode()
    assert leaks({"shown": status_shown, **files(tmp_path), **log(caplog.records)}) == {}


def test_the_window_logs_of_a_refused_key_its_rule_and_status(
    open_bench: Bench, script: Script, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What a power cut left of a change of keys is finished by the window, whose log nobody reads beforehand."""
    profile, _ = load(PROFILE, tmp_path, [])
    script.replies = [say(422, {"rule": "invalid", "detail": f"{WORDS} {TOKEN}"})]
    create_key(tmp_path / KEY_NAME)
    save_enrolment(tmp_path / ENROLMENT_NAME, Enrolment(script.url, profile.kiosk_id, 1, "0" * 16))
    caplog.set_level(logging.DEBUG)
    syncing = Syncing(replace(profile, register_url=script.url), tmp_path, open_bench.journal)
    syncing.push()
    syncing.close()
    assert "the register refuses the new key (invalid, HTTP 422)" in caplog.text
    assert leaks({**log(caplog.records), **files(tmp_path)}) == {}


def test_people_at_the_command_line_are_told_the_words_without_the_numbers(script: Script, tmp_path: Path) -> None:
    script.replies = [say(422, {"rule": "invalid", "detail": f"make another {WORDS}"})]
    with pytest.raises(EnrolmentError, match="make another") as enrolling:
        enroll(url=script.url, code="0000", kiosk_id="k1", directory=tmp_path)
    key = create_key(tmp_path / NEXT_KEY_NAME)
    save_enrolment(tmp_path / ENROLMENT_NAME, Enrolment(script.url, "k1", 1, key.key_id))
    with pytest.raises(RotationError, match="make another") as rotating:
        rotate_key(
            tmp_path, lambda with_key: RegisterClient(Enrolment(script.url, "k1", 1, ""), with_key, now_iso=lambda: NOW)
        )
    assert found_in(f"{enrolling.value} {rotating.value}".encode()) == []
