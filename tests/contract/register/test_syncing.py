"""A counter's sync beside a real register: what the light says of each refusal, and a key changed while it is open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.cli import PROFILE
from kiosk.domain.record import NotDurable
from kiosk.journal.store import SqliteJournal
from kiosk.profile import CounterProfile, load_profile
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME, enroll
from kiosk.sync.keys import load_enrolment, load_key
from kiosk.syncing import GRAVE, Syncing, SyncSetupError, rotate_key
from register.domain.clock import wall_ms
from register.services.enroll import revoke
from register.services.thaw import thaw
from tests.contract.register.conftest import Site
from tests.pushing_counter import PushingCounter, StillClock

NOBODY = "http://127.0.0.1:9"


def profile_at(url: str) -> CounterProfile:
    profile = load_profile(PROFILE, on=date(2026, 11, 23), overrides={})
    return replace(profile, register_url=url)


@pytest.fixture
def syncing(site: Site, counter: PushingCounter) -> Syncing:
    return Syncing(profile_at(site.register.url), counter.folder, counter.journal)


def reason(syncing: Syncing) -> str:
    """Once more, whatever the pacing says: as after a restart of the window."""
    syncing._paced = None
    return syncing.push()[0]


def roll_back(counter: PushingCounter) -> SqliteJournal:
    """A backup of the morning: the same kiosk, an older journal, and two sales since."""
    return SqliteJournal(counter.folder / "restored", kiosk_id=counter.kiosk_id, clock=StillClock())


def test_a_key_rotated_beside_the_open_window_is_taken_up(
    site: Site, counter: PushingCounter, syncing: Syncing
) -> None:
    counter.sell(1, 100)
    assert syncing.push()[0] == ""
    key_id = rotate_key(profile_at(site.register.url), counter.folder)
    assert key_id != counter.key.key_id
    counter.sell(2, 200)
    assert syncing.push()[0] == ""
    assert site.is_whole(counter)
    assert "key_refused" not in site.events(counter.kiosk_id)
    syncing.close()


def test_a_rotation_left_halfway_is_finished_at_the_next_start(
    site: Site, counter: PushingCounter, syncing: Syncing
) -> None:
    before = (counter.folder / ENROLMENT_NAME).read_bytes()
    rotate_key(profile_at(site.register.url), counter.folder)
    (counter.folder / ENROLMENT_NAME).write_bytes(before)  # the power went before this was written
    assert syncing.push()[0] == ""
    key_id = load_key(counter.folder / KEY_NAME).key_id
    assert load_enrolment(counter.folder / ENROLMENT_NAME).key_id == key_id
    syncing.close()


def test_a_revoked_kiosk_says_so_until_it_is_enrolled_again(
    site: Site, counter: PushingCounter, syncing: Syncing
) -> None:
    counter.sell(1, 100)
    revoke(site.engine, counter.kiosk_id, key_id=None, now_ms=wall_ms)
    assert syncing.push()[0] == "key_refused"
    away = Syncing(profile_at(NOBODY), counter.folder, counter.journal)
    assert away.push()[0] == "key_refused"  # also when nobody answers: a person has to act all the same
    away.close()
    code = site.code(counter.kiosk_id)
    enroll(url=site.register.url, code=code, kiosk_id=counter.kiosk_id, directory=counter.folder)
    assert syncing.push()[0] == ""  # at once: the new key is another file
    assert site.is_whole(counter)
    syncing.close()


def test_a_journal_put_back_is_frozen_until_a_person_thaws_it(site: Site, counter: PushingCounter) -> None:
    counter.sell(1, 100)
    counter.push_all()
    old = roll_back(counter)
    syncing = Syncing(profile_at(site.register.url), counter.folder, old)
    assert syncing.push()[0] == "register_frozen"
    assert old.books().sync_status().frozen_rule == "rolled_back"
    assert reason(syncing) == "register_frozen"
    assert thaw(site.engine, counter.kiosk_id, reason="the newer disk is in again", now_ms=wall_ms)
    assert reason(syncing) == "register_frozen"  # the old journal is found out again
    thaw(site.engine, counter.kiosk_id, reason="now it is", now_ms=wall_ms)
    honest = Syncing(profile_at(site.register.url), counter.folder, counter.journal)
    assert reason(honest) == ""
    assert [event for event in site.events(counter.kiosk_id) if event in ("frozen", "thawed")] == [
        "frozen",
        "thawed",
        "frozen",
        "thawed",
    ]
    for each in (syncing, honest):
        each.close()
    old.close()


@pytest.mark.parametrize(
    "spoil", [lambda path: path.chmod(0o640), lambda path: path.write_bytes(b""), lambda path: path.unlink()]
)
def test_a_key_that_cannot_be_used_is_a_light_until_a_code_brings_another(
    site: Site, counter: PushingCounter, syncing: Syncing, spoil: Callable[[Path], None]
) -> None:
    counter.sell(1, 100)
    spoil(counter.folder / KEY_NAME)
    assert syncing.push()[0] == "key_unusable"
    assert "key_unusable" in GRAVE
    code = site.code(counter.kiosk_id)
    enroll(url=site.register.url, code=code, kiosk_id=counter.kiosk_id, directory=counter.folder)
    assert syncing.push()[0] == ""
    assert site.is_whole(counter)
    syncing.close()


def test_a_register_that_is_away_and_a_kiosk_nobody_knows(counter: PushingCounter) -> None:
    away = Syncing(profile_at(NOBODY), counter.folder, counter.journal)
    assert away.push()[0] == "register_unreachable"
    away.close()
    assert Syncing(profile_at(NOBODY), counter.folder / "elsewhere", counter.journal).push()[0] == "not_enrolled"
    assert Syncing(profile_at(""), counter.folder, counter.journal).push()[0] == "no_register"
    with pytest.raises(SyncSetupError, match="not enrolled"):
        rotate_key(profile_at(NOBODY), counter.folder / "elsewhere")


def test_a_disk_that_takes_no_acknowledgement_is_no_bug(
    counter: PushingCounter, syncing: Syncing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register holds the entries; they are sent again, harmlessly, until the disk has room."""

    def full(*_: object) -> None:
        raise NotDurable("no space left on device")

    counter.sell(1, 100)
    with monkeypatch.context() as patch:
        patch.setattr(counter.journal, "acknowledge", full)
        assert syncing.push()[0] == "register_unreachable"
    assert reason(syncing) == ""
    assert counter.journal.books().sync_status().acked_seq == 3
    syncing.close()
