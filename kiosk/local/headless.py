"""``scripts/run --headless``: sales by real clicks in the real window, offscreen, and the evidence of four books."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from kiosk.cli import DONE, REFUSED, BadInputError
from kiosk.local.evidence import Books, collect
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, SiteError, SitePaths

OURS = ("screen-*.png", "receipt-*", "close-report.*", "*.jsonl", "settlement.csv")
"""What an earlier run may have left in the folder; nothing else there is touched."""
THINK_SPEED = 2.0
"""The emulated citizen and printer act twice as fast as people and paper do."""


def run_headless(profile_path: Path, sales: int, out: Path) -> int:
    """Perform ``sales`` sales; print one JSON summary; exit 1 when the books differ."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _clear(out)
    with tempfile.TemporaryDirectory(prefix="counter-kiosk-") as folder:
        paths = SitePaths(Path(folder))
        try:
            screens = _perform(profile_path, sales, out, paths)
            books = collect(paths, out, sales)
        except SiteError as error:
            raise BadInputError(str(error)) from error
    sys.stdout.write(json.dumps(_summary(sales, books, out, screens), ensure_ascii=False) + "\n")
    return DONE if books.equal else REFUSED


def _perform(profile_path: Path, sales: int, out: Path, paths: SitePaths) -> list[str]:
    """Everything that needs the site running; returns the names of the screens."""
    with Site(paths, think_speed=THINK_SPEED) as site:
        from kiosk.local.clerk import Clerk  # Qt is loaded while the other processes start

        profile = read_counter(profile_path, site)
        ensure_enrolled(profile, site)
        site.wait_ready()
        with Clerk(profile, paths.kiosk, out) as clerk:
            clerk.sign_in()
            clerk.open_day()
            for number in range(1, sales + 1):
                clerk.sell(number)
            clerk.look_at_sales()
            clerk.close_day()
            clerk.wait_synced()
            return clerk.screens


def _clear(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"--out {out}: cannot be made: {error.strerror}") from error
    for pattern in OURS:
        for path in out.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _summary(sales: int, books: Books, out: Path, screens: list[str]) -> dict[str, object]:
    return {
        "sales": sales,
        "yen": {
            "terminal": books.terminal_yen,
            "journal": books.journal_yen,
            "register": books.register_yen,
            "settlement": books.settlement_yen,
        },
        "equal": books.equal,
        "receipts": [str(out / f"receipt-{number}.png") for number in range(1, sales + 1)],
        "screens": [str(out / name) for name in screens],
    }
