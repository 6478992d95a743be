"""``scripts/run`` with a display: a local site with emulated devices and the windows, until they are closed."""

from pathlib import Path

from kiosk.cli import BadInputError
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, SiteError, SitePaths
from kiosk.window import run_window

SITE = Path("var") / "local"
"""Kept between starts, so that the second one finds its journal and its register again."""


def run_demo(profile_path: Path) -> int:
    """Run until the staff window is closed."""
    root = Path(__file__).resolve().parent.parent.parent / SITE
    try:
        with Site(SitePaths(root)) as site:
            profile = read_counter(profile_path, site)
            ensure_enrolled(profile, site)
            return run_window(profile, site.paths.kiosk, "ja")
    except SiteError as error:
        raise BadInputError(str(error)) from error
