"""An open store, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from register.store.engine import open_store
from tests.unit.register.kiosk_side import KioskSide


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    opened = open_store(store_url)
    yield opened
    opened.dispose()


@pytest.fixture
def kiosk(engine: Engine) -> KioskSide:
    """An enrolled kiosk with an empty journal."""
    side = KioskSide()
    side.enroll_at(engine)
    return side
