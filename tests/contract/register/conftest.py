"""A register as a process on each database, one for a file of tests, and counters enrolled at it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from register.services.export import export_journal
from register.services.tell_kiosks import Row, history, key_standings
from register.services.verify import verify
from register.store.engine import open_store
from tests.pushing_counter import PushingCounter, code_from
from tests.register_process import RegisterProcess, serving


@dataclass
class Site:
    """One register and the store behind it."""

    register: RegisterProcess
    engine: Engine
    folder: Path
    counters: list[PushingCounter] = field(default_factory=list)
    names: Iterator[str] = field(default_factory=lambda: (f"kiosk-{number}" for number in count(1)))

    def counter(self) -> PushingCounter:
        """A new counter, enrolled, with an empty journal."""
        kiosk_id = next(self.names)
        made = PushingCounter(self.folder / kiosk_id, kiosk_id, self.code(kiosk_id), self.register.url)
        self.counters.append(made)
        return made

    def code(self, kiosk_id: str, *, new_epoch: bool = False) -> str:
        return code_from(self.engine, kiosk_id, new_epoch=new_epoch)

    def held(self, kiosk_id: str) -> bytes:
        """Every entry the register has of a kiosk, as ``register export`` prints it."""
        return b"".join(export_journal(self.engine, kiosk_id))

    def problems(self, kiosk_id: str) -> list[str]:
        """What ``register verify`` says of one kiosk."""
        return [each for each in verify(self.engine).problems if each.startswith(f"{kiosk_id}:")]

    def keys(self, kiosk_id: str) -> list[Row]:
        return key_standings(self.engine, kiosk_id)

    def events(self, kiosk_id: str) -> list[str]:
        return [str(row["event"]) for row in history(self.engine, kiosk_id)]

    def is_whole(self, counter: PushingCounter) -> bool:
        """Whether the register holds this counter's journal byte for byte, and all of it verifies."""
        return self.held(counter.kiosk_id) == counter.exported() and not self.problems(counter.kiosk_id)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        database = f"sqlite:///{folder / 'register.sqlite3'}"
    else:
        database = request.getfixturevalue("postgres").new_database()
    engine = open_store(database)
    with serving(database) as process:
        made = Site(process, engine, folder)
        yield made
        for counter in made.counters:
            counter.close()
    engine.dispose()


@pytest.fixture
def counter(site: Site) -> PushingCounter:
    return site.counter()
