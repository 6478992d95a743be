"""A whole site for one test: register, terminal and printer as processes of their own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.local.site import Site, SitePaths

MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[MakeSite]:
    """Starts a site whose terminal gives the answers asked for; think time is cut to nothing."""
    with ExitStack() as stack:

        def make(answers: str = "approve", printer_options: Sequence[str] = ()) -> Site:
            paths = SitePaths(tmp_path / "site")
            site = Site(paths, think_speed=0, terminal_answers=answers, printer_options=printer_options)
            stack.enter_context(site)
            site.wait_ready()
            return site

        yield make
