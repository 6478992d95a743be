"""Fixtures every folder of tests may use."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from tests.postgres import PostgresServer, running
from tests.register_process import RegisterProcess, serving_beside

FLIPPED_BITS = 2000
"""Of a killed kiosk's log in every run; ``--flipped-bits 30000`` takes some three minutes."""
DAMAGED_FRAMES = 4000
"""Enough for every run; ``--damaged-frames 1000000`` is what the product promises."""

MUTATED_CODES = 20_000
"""Some seconds; ``--mutated-codes 1000000`` is the long run."""
API_EXAMPLES = 120

settings.register_profile("beside others", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("beside others")  # how long an example takes says what else the machine does

UNMEASURED = (
    "tests/crash/",
    "tests/fuzz/",
    "tests/instant/",
    "tests/planted/",
    "tests/provider/",
    "tests/simulation/",
    "tests/unit/drivers/payment/stxlrc/test_damage.py",
    "tests/unit/drivers/payment/zvt/test_driver_faults.py",
)
"""Proofs that go through the same lines a hundred thousand times: counting them would triple their time."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Leave the long proofs out of the measured coverage; they run all the same.

    By hand: in a worker pytest-cov measures twice, and its own marker ends one of the two.
    """
    measured, in_threads = sys.gettrace(), threading.gettrace()
    if item.nodeid.startswith(UNMEASURED) or item.get_closest_marker("no_cover"):
        sys.settrace(None)
        threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(measured)
        threading.settrace(in_threads)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much damage the parsers of outside bytes are shown."""
    parser.addoption(
        "--damaged-frames",
        type=int,
        default=DAMAGED_FRAMES,
        help=f"damaged frames a protocol (default {DAMAGED_FRAMES})",
    )
    parser.addoption(
        "--mutated-codes",
        type=int,
        default=MUTATED_CODES,
        help=f"mutated payment codes (default {MUTATED_CODES})",
    )
    parser.addoption(
        "--api-examples",
        type=int,
        default=API_EXAMPLES,
        help=f"hostile batches a database, tests/fuzz/test_api.py (default {API_EXAMPLES})",
    )
    parser.addoption(
        "--flipped-bits", type=int, default=FLIPPED_BITS, help=f"bits of a hot log (default {FLIPPED_BITS})"
    )


@pytest.fixture(scope="session")
def mutated_codes(request: pytest.FixtureRequest) -> int:
    """How many damaged payment codes are judged twice in this run."""
    return int(request.config.getoption("--mutated-codes"))


@pytest.fixture(scope="session")
def api_examples(request: pytest.FixtureRequest) -> int:
    """How many hostile batches the register is sent over each database."""
    return int(request.config.getoption("--api-examples"))


@pytest.fixture(scope="session")
def flipped_bits(request: pytest.FixtureRequest) -> int:
    """How many bits of a killed kiosk's log are flipped in this run, one at a time."""
    return int(request.config.getoption("--flipped-bits"))


@pytest.fixture(scope="session")
def damaged_frames(request: pytest.FixtureRequest) -> int:
    """How many damaged frames each protocol is shown in this run."""
    return int(request.config.getoption("--damaged-frames"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One real server for the whole run; each test takes a database of its own."""
    with running(durable=False) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store, once per database the register supports."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'register.sqlite3'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(scope="module")
def live_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RegisterProcess, Engine]]:
    """One register for a module of tests, in a process of its own, and its database opened beside it."""
    folder: Path = tmp_path_factory.mktemp("register")
    with serving_beside(f"sqlite:///{folder / 'register.sqlite3'}") as both:
        yield both
