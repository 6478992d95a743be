"""A counter with PayPay, whole: the real windows, the real driver over TLS, the emulated service as its own process."""

import json
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from drivers.emulators.paypay.ledger import EntryKind, read_ledger, standing
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.journal import commands
from kiosk.local.clerk import CLERK_PIN, Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Approving, Asking, Done, Doubt, Editing, StaffState, Working
from kiosk.services.notices import Light
from kiosk.ui import names
from tests.flow.conftest import MakeSite

PROFILE = CONFIG / "counters" / "toshokan.toml"
WALLET = "900081818812345678901234"
ANOTHERS = "3158992112345678901"
OpenLibrary = Callable[..., tuple[Clerk, Site]]


@pytest.fixture
def open_library(make_site: MakeSite, tmp_path: Path) -> Iterator[OpenLibrary]:
    """A clerk at the library's open counter; the service and the phones do as the options say."""
    with ExitStack() as stack:

        def open_it(answers: str = "", *options: str) -> tuple[Clerk, Site]:
            site = make_site()
            profile = read_counter(PROFILE, site, "--answers", answers, "--pays-s", "0.1", *options)
            assert site.provider is not None
            site.provider.wait_ready()
            ensure_enrolled(profile, site)
            pictures = tmp_path / "pictures"
            pictures.mkdir()
            clerk = stack.enter_context(Clerk(profile, site.paths.kiosk, pictures))
            clerk.sign_in("suzuki")
            clerk.open_day()
            clerk.until("the scanner listens", _scanner_listens)
            return clerk, site

        yield open_it


def _scanner_listens(state: StaffState) -> bool:
    scanner = state.status.scanner if state.status else None
    return scanner is not None and scanner.light is Light.GOOD


def begin(clerk: Clerk, item: str = "L201") -> None:
    """An item by PayPay: the wallet is asked for."""
    clerk.click(names.category("goods"))
    clerk.click(names.item(item))
    clerk.click(names.tender("code"))
    clerk.click(names.MAIN)
    clerk.until("the wallet is asked for", lambda state: isinstance(state.stage, Asking))


def scan(site: Site, code: str) -> None:
    """The emulated scanner reads a code, on its virtual serial line."""
    with site.paths.scanner_codes.open("a", encoding="utf-8") as codes:
        codes.write(f"{code}\n")


def ended(clerk: Clerk) -> Operation:
    clerk.until("it is over", lambda state: isinstance(state.stage, Done) or is_asked_in_vain(state))
    stage = clerk.state().stage
    assert isinstance(stage, Done | Doubt)
    assert stage.operation is not None
    return stage.operation


def is_asked_in_vain(state: StaffState) -> bool:
    return isinstance(state.stage, Doubt) and not state.stage.inquiring


def next_sale(clerk: Clerk) -> None:
    clerk.until("the slip is printed", slip_printed)
    clerk.click(names.MAIN)
    clerk.until("the next sale may begin", lambda state: isinstance(state.stage, Editing))


def is_unpaid(state: StaffState) -> bool:
    return isinstance(state.stage, Editing) and state.stage.unpaid


def show_code(clerk: Clerk) -> None:
    clerk.click(names.MAIN)
    clerk.until("the code is shown", lambda state: isinstance(state.stage, Working) and state.stage.code is not None)


def address_on(clerk: Clerk, tmp_path: Path) -> str:
    """What a phone reads off the citizen's window."""
    file = tmp_path / "window.png"
    clerk.customer.grab().save(str(file))
    with Image.open(file) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


def phone_pays(site: Site, address: str) -> None:
    """The citizen's phone opens what the code says."""
    trusted = ssl.create_default_context(cafile=str(site.paths.provider_certificate))
    with urllib.request.urlopen(address, context=trusted, timeout=10) as answer:
        assert answer.status == 200


def records(site: Site, tmp_path: Path, kind: str) -> list[dict[str, Any]]:
    file = tmp_path / "journal.jsonl"
    with file.open("wb") as out:
        commands.export(site.paths.kiosk, out)
    lines = [json.loads(line)["record"] for line in file.read_text("utf-8").splitlines()]
    return [line["body"] for line in lines if line["header"]["kind"] == kind]


def standing_at_service(site: Site) -> dict[str, int]:
    return standing(read_ledger(site.paths.provider_ledger))


def test_a_shown_code_is_paid_by_a_phone_or_dead_once_it_is_taken_back(
    open_library: OpenLibrary, tmp_path: Path
) -> None:
    """Shown and paid, on slip, in journal and register; shown and canceled; the day closed."""
    clerk, site = open_library()
    begin(clerk)
    show_code(clerk)
    address = address_on(clerk, tmp_path)
    assert address.startswith("https://127.0.0.1")
    phone_pays(site, address)
    operation = ended(clerk)
    assert operation.state is State.APPROVED
    assert operation.result is not None
    number = operation.result.transaction_number
    assert (operation.result.brand, operation.result.payment_last4) == ("PayPay", number[-4:])
    paid = {operation.prepared.operation_id: 600}
    assert standing_at_service(site) == paid
    next_sale(clerk)
    slip = next(site.paths.paper.glob("receipt-*.txt")).read_text("utf-8")
    assert number[-4:] in slip
    begin(clerk)
    show_code(clerk)
    address = address_on(clerk, tmp_path)
    clerk.click(names.CANCEL)
    clerk.until("it is canceled", is_unpaid)
    phone_pays(site, address)
    assert [entry.kind for entry in read_ledger(site.paths.provider_ledger)][-1] is EntryKind.DELETED
    clerk.click(names.CANCEL)
    clerk.close_day()
    clerk.wait_synced()
    (approved,), (declined,) = (records(site, tmp_path, f"operation_{end}") for end in ("approved", "declined"))
    assert (approved["result"]["transaction_number"], declined["reason"]) == (number, "canceled")
    assert standing_at_service(site) == paid


def test_scanned_codes_are_named_charged_once_refused_when_spent_and_given_back(open_library: OpenLibrary) -> None:
    clerk, site = open_library()
    begin(clerk)
    scan(site, ANOTHERS)
    clerk.until("it is refused", lambda state: state.message is not None)
    assert clerk.presenter.screen().band.headline == "au PAYのコードです。PayPayでは使えません。"
    assert isinstance(clerk.state().stage, Asking)
    assert read_ledger(site.paths.provider_ledger) == ()
    scan(site, f"]C1{WALLET}")
    first = ended(clerk)
    assert first.state is State.APPROVED
    paid = {first.prepared.operation_id: 600}
    assert standing_at_service(site) == paid
    next_sale(clerk)
    begin(clerk)
    scan(site, WALLET)
    clerk.until("a code is good once", is_unpaid)
    band = clerk.presenter.screen().band
    assert band.headline == "コードの有効時間が過ぎたか、使用済みです。"
    assert band.detail.startswith("決済は成立していません。")
    assert standing_at_service(site) == paid
    clerk.click(names.CANCEL)
    clerk.look_at_sales()
    clerk.presenter.sales.select(first.prepared.sale_id)
    clerk.click(names.act(Act.VOID))
    clerk.until("a second person is asked", lambda state: isinstance(state.stage, Approving))
    for digit in CLERK_PIN["yamada"]:
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    voided = ended(clerk)
    assert (voided.state, voided.prepared.operation_kind) == (State.APPROVED, OperationKind.VOID)
    assert standing_at_service(site) == {}
    left = [path for path in site.paths.root.rglob("*") if path.is_file() and path.name != "scanner-codes"]
    assert not [path for path in left if any(code.encode() in path.read_bytes() for code in (WALLET, ANOTHERS))]


def test_a_service_lost_in_the_middle_is_a_doubt_that_asking_settles(open_library: OpenLibrary) -> None:
    clerk, site = open_library("slow:20")
    begin(clerk)
    scan(site, WALLET)
    clerk.until("it is paid over there", lambda _: bool(standing_at_service(site)))
    assert site.provider is not None
    site.provider.stop()
    clerk.until("nobody knows here", is_asked_in_vain)
    assert "もう一度支払ってもらわず" in clerk.presenter.screen().band.detail
    site.start_provider()
    site.provider.wait_ready()
    clerk.click(names.MAIN)
    found = ended(clerk)
    assert (found.state, standing_at_service(site)) == (State.APPROVED, {found.prepared.operation_id: 600})
