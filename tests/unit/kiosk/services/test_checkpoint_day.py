"""The signed word of a day: made once at the close, the same on every copy, honest where there is no key."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.checkpoint import parse_checkpoint
from kiosk.domain.record import DayCheckpoint
from kiosk.services.checkpoint_day import checkpoint_day, checkpoint_last_day
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.counter import Counter
from kiosk.services.open_day import open_day
from kiosk.services.sign_in import sign_out
from kiosk.services.take_payment import take_payment
from kiosk.sync.keys import SigningKey, create_key, is_signed
from tests.unit.kiosk.conftest import CLERK, CREDIT, MONDAY, Bench, QuietContext, ScriptedDevice, approved


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return create_key(tmp_path / "key.pem")


def closed(bench: Bench, key: SigningKey | None) -> Counter:
    """A counter with a key, one sale and the day closed."""
    counter = replace(bench.counter, signer=lambda: key)
    device = ScriptedDevice(sales=[approved(300)])
    take_payment(counter, bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    close_day(counter, CLERK.actor)
    return counter


def recorded(counter: Counter) -> DayCheckpoint:
    day = counter.journal.books().history.closed_day(MONDAY)
    assert day is not None
    assert day.checkpoint is not None
    return day.checkpoint


def test_it_names_the_close_and_its_money_and_is_signed(open_bench: Bench, key: SigningKey) -> None:
    counter = closed(open_bench, key)
    close = open_bench.journal.head()
    checkpoint_day(counter, MONDAY)
    body = recorded(counter)
    stated = parse_checkpoint(body.text)
    assert (stated.kiosk_id, stated.epoch, stated.business_date) == ("shiminka-1", 1, MONDAY)
    assert (stated.first_seq, stated.last_seq, stated.head_hash) == (1, close.seq, close.hash)
    assert (stated.count, stated.amount_yen, stated.key_id) == (1, 300, key.key_id)
    assert body.public_key == key.public_key.hex()
    assert is_signed(key.public_key, stated.signature, stated.signing_bytes)
    assert open_bench.journal.head().seq == close.seq + 1


def test_every_copy_of_the_paper_carries_the_same_whatever_came_after(open_bench: Bench, key: SigningKey) -> None:
    counter = closed(open_bench, key)
    checkpoint_day(counter, MONDAY)
    first = close_report(counter, MONDAY, CLERK.actor)
    assert first.checkpoint is not None
    assert first.checkpoint.qr_text == recorded(counter).text
    assert first.journal_head == parse_checkpoint(first.checkpoint.qr_text).head_hash.hex()
    open_bench.clock.now += timedelta(days=1)
    sign_out(counter, CLERK)
    open_day(counter, CLERK.actor)
    rotated = replace(counter, signer=lambda: None)
    checkpoint_day(rotated, MONDAY)
    again = close_report(rotated, MONDAY, CLERK.actor)
    assert (again.checkpoint, again.journal_head) == (first.checkpoint, first.journal_head)
    assert open_bench.kinds().count("day_checkpoint") == 1


def test_a_counter_without_a_key_says_so(open_bench: Bench) -> None:
    counter = closed(open_bench, None)
    checkpoint_day(counter, MONDAY)
    body = recorded(counter)
    assert body.public_key == ""
    assert body.text.endswith("//")
    report = close_report(counter, MONDAY, CLERK.actor)
    assert report.checkpoint is not None
    assert (report.checkpoint.key_id, len(report.checkpoint.code)) == ("", 19)


def test_killed_right_after_the_close_the_next_start_makes_up_for_it(open_bench: Bench, key: SigningKey) -> None:
    counter = closed(open_bench, key)
    close = open_bench.journal.head()
    counter.journal.append(counter.draft(DayCheckpoint("unreadable"), CLERK.actor, MONDAY - timedelta(days=1)))
    assert close_report(counter, MONDAY, CLERK.actor).checkpoint is None
    checkpoint_last_day(counter)
    assert parse_checkpoint(recorded(counter).text).head_hash == close.hash
    checkpoint_last_day(counter)
    assert open_bench.kinds().count("day_checkpoint") == 2


def test_an_open_day_has_none(open_bench: Bench, key: SigningKey) -> None:
    counter = replace(open_bench.counter, signer=lambda: key)
    checkpoint_last_day(counter)
    checkpoint_day(counter, MONDAY)
    checkpoint_day(counter, MONDAY - timedelta(days=1))
    assert "day_checkpoint" not in open_bench.kinds()
    assert counter.journal.books().history.closed_day(MONDAY) is None


def test_a_disk_that_refuses_leaves_the_day_closed(open_bench: Bench, key: SigningKey) -> None:
    counter = closed(open_bench, key)
    open_bench.journal.close()
    checkpoint_day(counter, MONDAY)
