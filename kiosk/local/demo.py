"""``scripts/run`` with a display: a local site with emulated devices and the windows, until they are closed."""

import os
from pathlib import Path

from kiosk.cli import BadInputError
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, SiteError, SitePaths

SITE = Path("var") / "local"
"""Kept between starts, so that the second one finds its journal and register again; $KIOSK_SITE is another place."""


def run_demo(profile_path: Path) -> int:
    """Run until the staff window is closed."""
    root = Path(os.environ.get("KIOSK_SITE") or Path(__file__).resolve().parents[2] / SITE)
    try:
        with Site(SitePaths(root)) as site:
            from kiosk.window import CannotStartError, run_window  # Qt is loaded while the other processes start

            profile = read_counter(profile_path, site)

            def prepare() -> None:
                try:
                    ensure_enrolled(profile, site)
                    site.terminal.wait_ready()
                    site.printer.wait_ready()  # the register may come later: the counter sells without it
                except SiteError as error:
                    raise CannotStartError(str(error)) from error

            return run_window(profile, site.paths.kiosk, "ja", prepare=prepare)
    except SiteError as error:
        raise BadInputError(str(error)) from error
