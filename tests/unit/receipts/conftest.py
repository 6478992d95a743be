from pathlib import Path

import pytest

from receipts.paper import PaperProfile, parse_paper_profile

PRINTERS = Path(__file__).parents[3] / "config" / "printers"


@pytest.fixture(scope="session")
def wide_paper() -> PaperProfile:
    return parse_paper_profile((PRINTERS / "emulated-80mm.toml").read_text("utf-8"), "emulated-80mm.toml")


@pytest.fixture(scope="session")
def narrow_paper() -> PaperProfile:
    return parse_paper_profile((PRINTERS / "generic-58mm.toml").read_text("utf-8"), "generic-58mm.toml")


@pytest.fixture(scope="session")
def tm_paper() -> PaperProfile:
    return parse_paper_profile((PRINTERS / "tm-t88-80mm.toml").read_text("utf-8"), "tm-t88-80mm.toml")
