"""``scripts/run`` with a display: a local site with emulated devices and the windows, until they are closed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli import PROFILE, BadInputError
from kiosk.local.site import Site, SiteError, SitePaths

if TYPE_CHECKING:
    from kiosk.profile import CounterProfile

SITES = Path("var")
"""Kept between starts, so that the second one finds its journal and register again; $KIOSK_SITE is another place."""


def run_demo(profile_path: Path) -> int:
    """Run until the staff window is closed."""
    is_usual = profile_path.absolute() == PROFILE.absolute()
    name = "local" if is_usual else f"local-{profile_path.stem}"  # a journal is one counter's
    root = Path(os.environ.get("KIOSK_SITE") or Path(__file__).resolve().parents[2] / SITES / name)
    try:
        with Site(SitePaths(root)) as site:
            from kiosk.window import run_window  # Qt is loaded while the other processes start

            start = _Start(profile_path, site)
            return run_window(start.load, "ja", prepare=start.prepare)
    except SiteError as error:
        raise BadInputError(str(error)) from error


class _Start:
    """What the window needs of the site, each when its turn comes."""

    def __init__(self, profile_path: Path, site: Site) -> None:
        self._profile_path, self._site = profile_path, site
        self._profile: CounterProfile | None = None

    def load(self) -> "tuple[CounterProfile, Path]":
        from kiosk.local.prepare import read_counter

        try:
            self._profile = read_counter(self._profile_path, self._site)
        except SiteError as error:
            raise BadInputError(str(error)) from error
        return self._profile, self._site.paths.kiosk

    def prepare(self) -> None:
        from kiosk.local.prepare import ensure_enrolled
        from kiosk.window import CannotStartError

        assert self._profile is not None, "the window loads the counter first"
        try:
            ensure_enrolled(self._profile, self._site)
            self._site.terminal.wait_ready()
            if self._site.provider is not None:
                self._site.provider.wait_ready()
            self._site.printer.wait_ready()  # the register may come later: the counter sells without it
        except SiteError as error:
            raise CannotStartError(str(error)) from error
