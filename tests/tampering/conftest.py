"""One real register for the attacks on kiosks; every test has a kiosk of its own with two days at it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME
from kiosk.sync.keys import Enrolment, create_key, save_enrolment
from register.store.engine import open_store
from tests.register_process import RegisterProcess, serving
from tests.tampering.site import Site
from tests.unit.kiosk.conftest import TestClock

_numbers = count(1)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('register') / 'register.sqlite3'}"


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[RegisterProcess]:
    with serving(database) as process:
        yield process


@pytest.fixture(scope="module")
def register(database: str, server: RegisterProcess) -> Iterator[Engine]:
    """The register's database beside its process; open once the process has made it."""
    assert server.url
    engine = open_store(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two closed days of a kiosk that has a key and no register; only copies of it are attacked."""
    made = Site(tmp_path_factory.mktemp("template") / "kiosk", "k0", TestClock(), "")
    made.folder.mkdir()
    key = create_key(made.folder / KEY_NAME)
    save_enrolment(made.folder / ENROLMENT_NAME, Enrolment("http://register", "k0", 1, key.key_id))
    made.day()
    made.day()
    return made


@pytest.fixture
def alone(template: Site, tmp_path: Path) -> Site:
    """A copy to be attacked, where the register is out of reach."""
    return template.copy_to(tmp_path / "kiosk")


@pytest.fixture
def site(tmp_path: Path, server: RegisterProcess, register: Engine) -> Site:
    """Two closed days, acknowledged to the last entry."""
    made = Site(tmp_path / "kiosk", f"k{next(_numbers)}", TestClock(), server.url)
    made.folder.mkdir()
    made.enroll(register)
    made.day()
    made.day()
    with made.open() as journal:
        made.sync(journal)
    return made
