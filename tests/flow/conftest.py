"""A whole site for one test: register, terminal and printer as processes of their own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.local.clerk import Clerk
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, SitePaths
from kiosk.paths import CONFIG

PROFILE = CONFIG / "counters" / "shiminka.toml"
MakeSite = Callable[..., Site]
OpenCounter = Callable[[Site], Clerk]


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[MakeSite]:
    """Starts a site whose terminal gives the answers asked for; think time is cut to nothing."""
    with ExitStack() as stack:

        def make(
            answers: str = "approve", printer_options: Sequence[str] = (), terminal_options: Sequence[str] = ()
        ) -> Site:
            site = Site(
                SitePaths(tmp_path / "site"),
                think_speed=0,
                terminal_answers=answers,
                terminal_options=terminal_options,
                printer_options=printer_options,
            )
            stack.enter_context(site)
            site.wait_ready()
            return site

        yield make


@pytest.fixture
def open_counter(tmp_path: Path) -> Iterator[OpenCounter]:
    """A clerk signed in at an open counter of the site."""
    with ExitStack() as stack:

        def open_it(site: Site) -> Clerk:
            profile = read_counter(PROFILE, site)
            ensure_enrolled(profile, site)
            pictures = tmp_path / "pictures"
            pictures.mkdir()
            clerk = stack.enter_context(Clerk(profile, site.paths.kiosk, pictures))
            clerk.sign_in("suzuki")
            clerk.open_day()
            return clerk

        yield open_it
