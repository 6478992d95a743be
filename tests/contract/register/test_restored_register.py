"""A register set back to last night's copy: the kiosks send the rest again, whatever happened to their keys since."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from kiosk.journal.store import SqliteJournal
from kiosk.sync.enroll import KEY_NAME, enroll
from kiosk.sync.keys import load_key
from kiosk.sync.push import Pushed, PushResult, RefusedByRegister, push_once
from kiosk.sync.rotate import rotate_key
from register.services.backup import back_up
from register.store.engine import open_store
from tests.contract.register.conftest import Site
from tests.pushing_counter import PushingCounter, StillClock
from tests.register_process import RegisterProcess


class Night(Site):
    """A register with a copy of last night beside it."""

    @property
    def path(self) -> Path:
        return self.folder / "register.sqlite3"

    def back_up(self) -> None:
        """While it runs."""
        back_up(self.engine, self.folder / "night")

    def restore(self) -> None:
        self.engine.dispose()
        self.register.kill()
        for each in self.folder.glob("register.sqlite3-*"):
            each.unlink()
        copyfile(self.folder / "night", self.path)
        self.go_on()

    def go_on(self) -> None:
        self.register = RegisterProcess(f"sqlite:///{self.path}", port=self.register.port)
        self.engine = open_store(f"sqlite:///{self.path}")


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    database = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    made = Night(RegisterProcess(database), open_store(database), tmp_path)
    yield made
    for counter in made.counters:
        counter.close()
    made.register.stop()
    made.engine.dispose()


def push(counter: PushingCounter) -> PushResult:
    """With the key in place, until nothing is left."""
    client = counter.connect(counter.enrolment.url, key=load_key(counter.folder / KEY_NAME))
    try:
        while isinstance(result := push_once(counter.journal, client), Pushed) and result.more:
            pass
    finally:
        client.close()
    return result


def sell_and_push(counter: PushingCounter, *numbers: int) -> None:
    for number in numbers:
        counter.sell(number, 100)
    assert isinstance(push(counter), Pushed)


def test_what_came_since_the_copy_is_sent_again(night: Night) -> None:
    counter = night.counter()
    sell_and_push(counter, 1, 2)
    night.back_up()
    sell_and_push(counter, 3, 4)
    night.restore()
    assert not night.is_whole(counter)
    assert isinstance(push(counter), Pushed)  # the heartbeat of a quiet kiosk finds out
    assert night.is_whole(counter)


def test_a_key_changed_since_the_copy_needs_a_new_code(night: Night) -> None:
    counter = night.counter()
    sell_and_push(counter, 1)
    night.back_up()
    rotate_key(counter.folder, lambda key: counter.connect(night.register.url, key=key))
    sell_and_push(counter, 2)
    night.restore()
    refused = push(counter)
    assert isinstance(refused, RefusedByRegister)
    assert refused.rule == "unknown_key"
    code = night.code(counter.kiosk_id)
    enroll(url=night.register.url, code=code, kiosk_id=counter.kiosk_id, directory=counter.folder)
    assert isinstance(push(counter), Pushed)
    assert night.is_whole(counter)


def test_a_kiosk_set_up_anew_since_the_copy_is_let_into_its_epoch_again(night: Night) -> None:
    counter = night.counter()
    sell_and_push(counter, 1)
    night.back_up()
    _set_up_anew(night, counter, "anew")
    sell_and_push(counter, 2)
    night.restore()
    refused = push(counter)
    assert isinstance(refused, RefusedByRegister)
    assert refused.rule == "unknown_key"
    code = night.code(counter.kiosk_id, new_epoch=True)
    again, _ = enroll(url=night.register.url, code=code, kiosk_id=counter.kiosk_id, directory=counter.folder)
    assert again.epoch == counter.enrolment.epoch == 2
    assert isinstance(push(counter), Pushed)
    assert night.held(counter.kiosk_id).endswith(counter.exported())
    assert night.problems(counter.kiosk_id) == []


def _set_up_anew(night: Night, counter: PushingCounter, place: str) -> None:
    counter.close()
    counter.folder = night.folder / place
    code = night.code(counter.kiosk_id, new_epoch=True)
    counter.enrolment, counter.key = enroll(
        url=night.register.url, code=code, kiosk_id=counter.kiosk_id, directory=counter.folder
    )
    epoch = counter.enrolment.epoch
    folder = counter.folder / "journal"
    counter.journal = SqliteJournal(folder, kiosk_id=counter.kiosk_id, clock=StillClock(), epoch=epoch)
