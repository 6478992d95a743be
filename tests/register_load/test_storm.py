"""Every entry at the register once, and what was acknowledged never gone, over stops of PostgreSQL under load."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, running
from tests.register_load.storm import LATE_BY_DEFAULT, run


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """With fsync: the one of the other tests forgets on a power cut."""
    with running(durable=True) as started:
        yield started


@pytest.fixture(autouse=True)
def late_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is asked by its surroundings to acknowledge first and write later: the register has to insist."""
    monkeypatch.setenv("PGOPTIONS", LATE_BY_DEFAULT)


def test_stops_under_load_lose_and_double_nothing(server: PostgresServer, tmp_path: Path) -> None:
    outcome = run(tmp_path, server, stops=4, kiosks=2, seed=1)
    assert outcome.faults == []
    assert (outcome.stops, outcome.lost, outcome.doubled) == (4, 0, 0)
    assert outcome.settled_yen == outcome.sold_yen > 0
    assert outcome.acknowledgements > 0


def test_a_register_that_lets_the_server_commit_late_is_caught(server: PostgresServer, tmp_path: Path) -> None:
    assert run(tmp_path, server, stops=12, kiosks=2, seed=2, flaw="late-commit").faults
