"""Film the terminal-less sale on both windows: ``python -m tests.flow.film_code_counter docs/pictures [ja|en]``.

The real windows of the rarely used branch office, clicked through, with a real register behind them: the clerk's on
the left of each picture, the citizen's on the right. For the manual.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kiosk.clock import CityClock
from kiosk.domain.tender import TenderKind
from kiosk.journal import commands
from kiosk.local.clerk import CLERK_PIN, Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled
from kiosk.local.site import Site, SitePaths
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Approving, Asking, Done, Doubt, Editing, Resolving
from kiosk.presenters.texts import load_texts
from kiosk.profile import load_profile
from kiosk.services.notices import Scanned
from kiosk.ui import names
from tests.flow.two_window_film import Film
from tests.unit.kiosk.services.test_enroll_code import ISSUED

PROFILE = CONFIG / "counters" / "inabu.toml"


def main(out: Path, language: str) -> int:
    """Film the story once; prints each picture, and then what the journal kept of it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        paths = SitePaths(Path(folder) / "site")
        with Site(paths, think_speed=0, terminal_answers="approve") as site:
            site.wait_ready()
            overrides = {"register_url": site.register_address}
            profile = load_profile(PROFILE, on=CityClock().today(), overrides=overrides)
            ensure_enrolled(profile, site)
            with Clerk(profile, paths.kiosk, Path(folder), language) as clerk:
                clerk.sign_in("suzuki")
                clerk.open_day()
                film = Film(clerk, out, "code", language)
                _set_up(clerk, film)
                _sell(clerk, film)
                _lose_the_completion(clerk, film, load_texts(CONFIG / "texts", language)("choice.evidence.portal"))
                _take_back(clerk, film)
            _tell_journal(paths, Path(folder) / "journal.jsonl")
    return 0


def _set_up(clerk: Clerk, film: Film) -> None:
    clerk.click(names.MENU)
    clerk.click(names.act(Act.SHOW_CODE))
    clerk.until("the page is there", lambda state: state.code is not None)
    clerk.presenter.handle(Scanned(ISSUED))
    film.scene("sticker-scanned")
    _approve(clerk)
    clerk.until("it is enrolled", lambda state: state.code is not None and bool(state.code.code.text))
    clerk.click(names.MAIN)
    clerk.until("the trial is on", lambda state: state.code is not None and state.code.trial is not None)
    film.scene("live-test")
    clerk.click(names.choice("tested", "passed"))
    _approve(clerk)
    clerk.until("it is recorded", lambda state: state.code is not None and bool(state.code.code.tested))
    clerk.click(names.CANCEL)


def _sell(clerk: Clerk, film: Film) -> None:
    for item in ("1001", "1001", "1005"):
        clerk.click(names.item(item))
    clerk.click(names.tender(TenderKind.CODE))
    film.scene("items")
    clerk.click(names.MAIN)
    _asked(clerk, "jpqr_brand")
    film.scene("application")
    clerk.click(names.choice("brand", "d払い"))
    _asked(clerk, "jpqr_static")
    film.scene("sticker")
    _key(clerk, "4821")
    film.scene("last-digits")
    clerk.click(names.MAIN)
    clerk.until("it is paid", lambda state: isinstance(state.stage, Done))
    clerk.until("its slip is a file", slip_printed)
    clerk.until("and a symbol", lambda state: bool(state.slips))
    film.scene("paid")
    clerk.click(names.MAIN)


def _lose_the_completion(clerk: Clerk, film: Film, portal: str) -> None:
    clerk.click(names.item("1001"))
    clerk.click(names.tender(TenderKind.CODE))
    clerk.click(names.MAIN)
    _asked(clerk, "jpqr_brand")
    clerk.click(names.choice("brand", "PayPay"))
    _asked(clerk, "jpqr_dynamic")
    film.scene("with-amount")
    clerk.click(names.answer("no_completion"))
    clerk.until("it is in doubt", lambda state: isinstance(state.stage, Doubt))
    film.scene("no-completion")
    clerk.click(names.CANCEL)  # 責任者が確定
    clerk.until("the form is open", lambda state: isinstance(state.stage, Resolving))
    clerk.click(names.choice("found", "charged"))
    clerk.click(names.choice("evidence", portal))
    clerk.presenter.form.focus("reference")
    _key(clerk, "04813557201846")
    clerk.presenter.form.next_field()
    clerk.click(names.choice("approver", "yamada"))
    _key(clerk, CLERK_PIN["yamada"])
    film.scene("portal")
    clerk.click(names.MAIN)
    clerk.until("it is settled", lambda state: isinstance(state.stage, Done))
    clerk.until("its slip is a file", slip_printed)
    clerk.click(names.MAIN)


def _take_back(clerk: Clerk, film: Film) -> None:
    clerk.look_at_sales()
    clerk.click(names.act(Act.VOID))
    clerk.until("a second person is asked", lambda state: isinstance(state.stage, Approving))
    _approve(clerk)
    _asked(clerk, "jpqr_void")
    _key(clerk, "20261125778812")
    film.scene("canceled-in-portal")
    clerk.click(names.MAIN)
    clerk.until("it is taken back", lambda state: isinstance(state.stage, Done))
    clerk.until("its slip is a file", slip_printed)
    clerk.click(names.MAIN)
    clerk.until("the next sale", lambda state: isinstance(state.stage, Editing))
    clerk.click(names.MENU)
    clerk.click(names.act(Act.SHOW_SALES))
    film.scene("list")


def _tell_journal(paths: SitePaths, file: Path) -> None:
    """What was recorded of the code, the doubt and the void: what, by whom, approved by whom, and what it says."""
    with file.open("wb") as journal:
        commands.export(paths.kiosk, journal)
    for line in file.read_text("utf-8").splitlines():
        header, body = (json.loads(line)["record"][part] for part in ("header", "body"))
        said = body.get("result", {}).get("transaction_number") or body.get("result", {}).get("payment_last4")
        told = {
            "code_enrolled": body.get("text", "")[:12],
            "code_tested": body.get("brand"),
            "operation_approved": said,
            "operation_outcome_unknown": body.get("reason"),
            "operation_resolved_charged": f"{body.get('evidence')} {body.get('reference')}",
        }.get(header["kind"])
        if told or body.get("operation_kind") == "void":
            people = [header["actor"]["name"], header["approver"]["name"] if header["approver"] else "-"]
            sys.stdout.write(" | ".join([header["kind"], *people, str(told or "void")]) + "\n")


def _asked(clerk: Clerk, name: str) -> None:
    clerk.until(name, lambda state: isinstance(state.stage, Asking) and state.stage.form.name == name)


def _approve(clerk: Clerk) -> None:
    """The one supervisor of this counter keys the PIN; the form has the name already."""
    _key(clerk, CLERK_PIN["yamada"])
    clerk.click(names.MAIN)


def _key(clerk: Clerk, digits: str) -> None:
    for digit in digits:
        clerk.click(names.digit(digit))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), (sys.argv[2:] or ["ja"])[0]))
