"""Film PayPay at a counter on both windows: ``python -m tests.flow.film_wallet docs/pictures [ja|en]``. For the manual.

The real windows of the library, clicked through, with a real register and the emulated service as its own process.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kiosk.domain.tender import TenderKind
from kiosk.journal import commands
from kiosk.local.clerk import CLERK_PIN, Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, SitePaths
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Approving, Asking, Editing, StaffState
from kiosk.services.notices import Printing, Scanned
from kiosk.ui import names
from tests.flow.test_wallet import (
    ANOTHERS,
    PROFILE,
    WALLET,
    address_on,
    ended,
    is_asked_in_vain,
    is_unpaid,
    next_sale,
    phone_pays,
    show_code,
    standing_at_service,
)
from tests.flow.two_window_film import Film


def main(out: Path, language: str) -> int:
    """Film the story once; prints each picture, and then what the journal kept of it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        paths = SitePaths(Path(folder) / "site")
        with Site(paths, think_speed=0) as site:
            site.wait_ready()
            profile = read_counter(PROFILE, site, "--pays-s", "0.1", "--answers", "approve, approve, approve, slow:20")
            assert site.provider is not None
            site.provider.wait_ready()
            ensure_enrolled(profile, site)
            with Clerk(profile, paths.kiosk, Path(folder), language) as clerk:
                clerk.sign_in("suzuki")
                clerk.open_day()
                film = Film(clerk, out, "wallet", language)
                _scan(clerk, film)
                _show(clerk, film, site, Path(folder))
                _spent(clerk, film)
                _lose_the_service(clerk, film, site)
                _take_back(clerk, film)
            _tell_journal(paths, Path(folder) / "journal.jsonl")
    return 0


def _scan(clerk: Clerk, film: Film) -> None:
    """The citizen's code; before it another operator's."""
    clerk.click(names.category("goods"))
    clerk.click(names.item("L201"))
    clerk.click(names.tender(TenderKind.CODE))
    film.scene("items")
    clerk.click(names.MAIN)
    _asked(clerk)
    film.scene("show-me")
    clerk.presenter.handle(Scanned(ANOTHERS))
    film.scene("other-operator")
    clerk.presenter.handle(Scanned(WALLET))
    ended(clerk)
    _until_printed(clerk)
    film.scene("paid")
    next_sale(clerk)


def _show(clerk: Clerk, film: Film, site: Site, folder: Path) -> None:
    """Our code, read by the citizen's phone."""
    _begin(clerk, "L202")
    show_code(clerk)
    film.scene("our-code")
    phone_pays(site, address_on(clerk, folder))
    ended(clerk)
    _until_printed(clerk)
    next_sale(clerk)


def _spent(clerk: Clerk, film: Film) -> None:
    _begin(clerk, "L201")
    clerk.presenter.handle(Scanned(WALLET))
    clerk.until("a code is good once", is_unpaid)
    film.scene("expired")
    clerk.click(names.CANCEL)


def _lose_the_service(clerk: Clerk, film: Film, site: Site) -> None:
    _begin(clerk, "L202")
    before = len(standing_at_service(site))
    clerk.presenter.handle(Scanned(WALLET[:-1] + "7"))
    clerk.until("it is paid over there", lambda _: len(standing_at_service(site)) > before)
    assert site.provider is not None
    site.provider.stop()
    clerk.until("nobody knows here", is_asked_in_vain)
    film.scene("in-doubt")
    site.start_provider()
    site.provider.wait_ready()
    clerk.click(names.MAIN)
    ended(clerk)
    _until_printed(clerk)
    film.scene("found")
    next_sale(clerk)


def _take_back(clerk: Clerk, film: Film) -> None:
    clerk.look_at_sales()
    clerk.click(names.act(Act.VOID))
    clerk.until("a second person is asked", lambda state: isinstance(state.stage, Approving))
    film.scene("void")
    for digit in CLERK_PIN["yamada"]:
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    voided = ended(clerk).prepared.sale_id
    clerk.until("its paper is there", lambda state: _is_printed(state, voided))
    film.scene("voided")
    clerk.click(names.MAIN)
    clerk.until("the next sale", lambda state: isinstance(state.stage, Editing))


def _begin(clerk: Clerk, item: str) -> None:
    clerk.click(names.item(item))
    clerk.click(names.tender(TenderKind.CODE))
    clerk.click(names.MAIN)
    _asked(clerk)


def _asked(clerk: Clerk) -> None:
    clerk.until("the wallet is asked for", lambda state: isinstance(state.stage, Asking))


def _is_printed(state: StaffState, sale_id: str) -> bool:
    document = state.documents.get(sale_id)
    return document is not None and (document.document_kind, document.printing) == ("void_slip", Printing.PRINTED)


def _until_printed(clerk: Clerk) -> None:
    clerk.until("the slip is printed", slip_printed)


def _tell_journal(paths: SitePaths, file: Path) -> None:
    """What was recorded of each payment: what, by whom, approved by whom, and what it says."""
    with file.open("wb") as journal:
        commands.export(paths.kiosk, journal)
    for line in file.read_text("utf-8").splitlines():
        header, body = (json.loads(line)["record"][part] for part in ("header", "body"))
        told = {
            "operation_approved": body.get("result", {}).get("payment_last4") or "-",
            "operation_declined": body.get("reason"),
            "operation_outcome_unknown": body.get("reason"),
        }.get(header["kind"])
        if told or body.get("operation_kind") == "void":
            people = [header["actor"]["name"], header["approver"]["name"] if header["approver"] else "-"]
            sys.stdout.write(" | ".join([header["kind"], *people, str(told or "void")]) + "\n")


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), (sys.argv[2:] or ["ja"])[0]))
