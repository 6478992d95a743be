"""A whole site for one test: register, terminal and printer as processes of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.local.site import Site, SitePaths

MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[MakeSite]:
    """Starts a site whose terminal gives the answers asked for; think time is cut to nothing."""
    sites: list[Site] = []

    def make(answers: str = "approve") -> Site:
        site = Site(SitePaths(tmp_path / "site"), think_speed=0, terminal_answers=answers)
        sites.append(site)
        site.wait_ready()
        return site

    yield make
    for site in sites:
        site.__exit__(None, None, None)
