"""Films a sale in doubt being resolved: ``python -m tests.flow.film_in_doubt docs/pictures``. For the manual.

The real window, clicked through, on real processes. The terminal takes the card, and stops talking before it tells the
result: its process is ended after it has booked the sale, and the one that stands in its place never answers.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kiosk.domain.tender import TenderKind
from kiosk.journal import commands
from kiosk.local.clerk import CLERK_PIN, Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, SitePaths
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Asking, Done, Doubt, Editing, Resolving, Working
from kiosk.ui import names

PROFILE = CONFIG / "counters" / "shiminka.toml"
COLORS = 96
"""Of each picture: enough for flat surfaces and the edges of letters."""
PICTURE_BYTES_MAX = 100_000
EVIDENCE = "端末の控え"


class Film:
    """Keeps the scenes of one run, small, in the order of the story."""

    def __init__(self, clerk: Clerk, shot: Path, out: Path) -> None:
        self._clerk, self._shot, self._out = clerk, shot, out
        self._scenes = 0

    def scene(self, name: str) -> None:
        """Photograph the staff window as the next scene."""
        self._scenes += 1
        self._clerk.picture(name)
        path = self._out / f"in-doubt-{self._scenes}-{name}.png"
        with Image.open(self._shot / self._clerk.screens[-1]) as picture:
            flat = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
            flat.save(path, optimize=True)
        size_bytes = path.stat().st_size
        assert size_bytes <= PICTURE_BYTES_MAX, (path, size_bytes)
        sys.stdout.write(f"{path} {size_bytes // 1000} KB\n")


def main(out: Path) -> int:
    """Film the story once; prints each picture and then what the journal kept of the sale."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        paths = SitePaths(Path(folder) / "site")
        with Site(paths, think_speed=2, terminal_answers="lost-reply") as site:
            site.wait_ready()
            profile = read_counter(PROFILE, site)
            ensure_enrolled(profile, site)
            with Clerk(profile, paths.kiosk, Path(folder)) as clerk:
                clerk.sign_in("suzuki")
                clerk.open_day()
                _play(clerk, site, Film(clerk, Path(folder), out))
        _tell_journal(paths, Path(folder) / "journal.jsonl")
    return 0


def _play(clerk: Clerk, site: Site, film: Film) -> None:
    _choose(clerk, "1001", TenderKind.CREDIT)
    clerk.until(
        "the terminal asks for the card", lambda s: isinstance(s.stage, Working) and s.stage.phase == "wait_card"
    )
    film.scene("charge-sent")
    clerk.until("the terminal has booked it", lambda _: _has_booked(site))
    with _silence(site):
        clerk.until("it is asked by itself", lambda s: isinstance(s.stage, Doubt) and not s.stage.asked)
        film.scene("asked-by-itself")
        clerk.until("the inquiry told nothing", lambda s: isinstance(s.stage, Doubt) and s.stage.asked)
        film.scene("unknown")
        clerk.click(names.act(Act.SET_ASIDE))
        clerk.until("the next citizen", lambda s: isinstance(s.stage, Editing))
        _choose(clerk, "1005", TenderKind.CASH)
        clerk.until("cash is asked for", lambda s: isinstance(s.stage, Asking))
        film.scene("next-citizen")
        for digit in "1000":
            clerk.click(names.digit(digit))
        clerk.click(names.MAIN)
        clerk.until("the next citizen has paid", lambda s: isinstance(s.stage, Done))
        clerk.click(names.MAIN)
        _resolve(clerk, film)


def _resolve(clerk: Clerk, film: Film) -> None:
    clerk.click(names.MENU)
    clerk.click(names.act(Act.SHOW_SALES))
    film.scene("queue")
    clerk.click(names.MAIN)
    clerk.until("the doubt is in front", lambda s: isinstance(s.stage, Doubt))
    clerk.click(names.CANCEL)  # 責任者が確定
    clerk.until("the form is open", lambda s: isinstance(s.stage, Resolving))
    clerk.click(names.choice("found", "charged"))
    clerk.click(names.choice("evidence", EVIDENCE))
    clerk.click(names.choice("approver", "yamada"))
    for digit in CLERK_PIN["yamada"]:
        clerk.click(names.digit(digit))
    film.scene("evidence-and-pin")
    clerk.click(names.MAIN)
    clerk.until("it is settled", lambda s: isinstance(s.stage, Done))
    clerk.until("its slip is printed", slip_printed)
    film.scene("settled")
    clerk.click(names.MAIN)
    clerk.click(names.MENU)
    clerk.click(names.act(Act.SHOW_SALES))
    film.scene("list")


def _choose(clerk: Clerk, code: str, tender: TenderKind) -> None:
    item = next(item for item in clerk.profile.items if item.code == code)
    clerk.click(names.category(item.category))
    clerk.click(names.item(code))
    clerk.click(names.tender(tender))
    clerk.click(names.MAIN)


def _has_booked(site: Site) -> bool:
    ledger = site.paths.terminal_ledger
    return ledger.exists() and '"sale"' in ledger.read_text("utf-8")


@contextmanager
def _silence(site: Site) -> Iterator[None]:
    """From here on somebody holds the line and never answers: an emulated terminal that is stopped in its tracks."""
    arguments = ["--link", str(site.paths.terminal_line), "--ledger", str(site.paths.root / "mute.jsonl")]
    command = [sys.executable, "-m", "drivers.emulators.terminal", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as mute:
        assert mute.stdout is not None
        mute.stdout.readline()
        mute.send_signal(signal.SIGSTOP)
        site.terminal.stop()
        try:
            yield
        finally:
            mute.kill()


def _tell_journal(paths: SitePaths, file: Path) -> None:
    """What was recorded of the sale in doubt: when, what, by whom, approved by whom, and why."""
    with file.open("wb") as journal:
        commands.export(paths.kiosk, journal)
    records = [json.loads(line)["record"] for line in file.read_text("utf-8").splitlines()]
    doubtful = next(r["body"]["operation_id"] for r in records if r["header"]["kind"] == "operation_outcome_unknown")
    for record in records:
        header, body = record["header"], record["body"]
        if body.get("operation_id") == doubtful:
            people = [header["actor"]["name"], header["approver"]["name"] if header["approver"] else "-"]
            told = body.get("reason") or body.get("evidence") or body.get("amount_yen") or body.get("sequence_number")
            sys.stdout.write(" | ".join([str(header["seq"]), header["kind"], *people, str(told)]) + "\n")


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
