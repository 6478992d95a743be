"""The real window against real processes: what a clerk sees when the world says no, and what the books say then."""

import json
from typing import Any

import pytest
from PySide6.QtTest import QTest

from kiosk.domain.operation import Operation, State
from kiosk.domain.tender import TenderKind
from kiosk.local.clerk import CLERK_PIN, Clerk
from kiosk.local.site import Site
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Asking, Done, Doubt, Editing, Resolving, StaffState
from kiosk.services.notices import Light, Printing
from kiosk.ui import names
from kiosk.ui.app import visible
from tests.flow.conftest import MakeSite, OpenCounter

ASK_EVERY_MS = 100


def charge(clerk: Clerk) -> None:
    clerk.click(names.category("certificate"))
    clerk.click(names.item("1001"))
    clerk.click(names.tender(TenderKind.CREDIT))
    clerk.click(names.MAIN)


def band(clerk: Clerk) -> str:
    """Headline and sentence of the band, as the clerk reads them."""
    texts = [visible(clerk.window, name).property("text") for name in (names.BAND_HEADLINE, names.BAND_DETAIL)]
    return " ".join(str(text) for text in texts)


def ledger_yen(site: Site) -> int:
    path = site.paths.terminal_ledger
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return sum(entry["amount_yen"] for entry in entries if entry["kind"] == "sale" and entry["result_code"] == "00")


def await_total(clerk: Clerk, amount_yen: int) -> None:
    """The list of sales comes a moment after the outcome."""

    def reached(state: StaffState) -> bool:
        return state.sales is not None and sum(total.amount_yen for total in state.sales.totals) == amount_yen

    clerk.until(f"the day makes {amount_yen} yen", reached)


def await_paper(clerk: Clerk, light: Light) -> None:
    """The printer obeys its control file a moment later: ask it until it says so."""

    def reached(state: StaffState) -> bool:
        clerk.desk.refresh_status()
        QTest.qWait(ASK_EVERY_MS)
        return state.status is not None and state.status.paper.light is light

    clerk.until(f"the paper's light is {light}", reached)


def listed(state: StaffState) -> tuple[Operation, ...]:
    return tuple(op for sale in (state.sales.sales if state.sales else ()) for op in sale.operations)


@pytest.mark.parametrize(
    ("answers", "state", "says"),
    [
        ("decline:05", State.DECLINED, ("決済は成立していません", "別の")),
        ("decline:C6", State.DECLINED, ("円での決済", "決済は成立していません", "別の方法")),
        ("busy:100", State.NOT_SENT, ("請求していません",)),
    ],
)
def test_a_no_from_the_terminal_is_a_sentence_with_a_next_step_and_moves_no_money(
    make_site: MakeSite, open_counter: OpenCounter, answers: str, state: State, says: tuple[str, ...]
) -> None:
    site = make_site(answers)
    clerk = open_counter(site)
    charge(clerk)
    clerk.until("the answer is listed", lambda s: any(op.state is state for op in listed(s)))
    assert isinstance(clerk.state().stage, Editing), "the cart is there for another tender"
    assert clerk.state().cart.count == 1
    text = band(clerk)
    assert all(words in text for words in says), text
    assert ledger_yen(site) == 0
    await_total(clerk, 0)


def test_a_cut_line_in_mid_charge_is_settled_by_asking_not_by_charging(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site("approve,cut,approve")
    clerk = open_counter(site)
    clerk.sell(1)
    first_yen = ledger_yen(site)
    charge(clerk)
    clerk.until("the sale is settled", lambda state: isinstance(state.stage, Done))
    clerk.until("both sales are listed", lambda state: len(listed(state)) == 2)
    assert ledger_yen(site) == first_yen + 300
    await_total(clerk, ledger_yen(site))


def test_what_the_terminal_cannot_tell_two_people_settle_and_no_key_charges_again(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site("lost-reply")
    clerk = open_counter(site)
    charge(clerk)
    clerk.until("the terminal has charged", lambda _: ledger_yen(site) == 300)
    site.terminal.stop()  # for good: nobody is left to ask
    clerk.until("the inquiry told nothing", lambda state: isinstance(state.stage, Doubt) and state.stage.asked)
    assert "結果不明" in band(clerk)
    with pytest.raises(LookupError):
        visible(clerk.window, names.tender(TenderKind.CREDIT))
    clerk.picture("in-doubt")
    presenter = clerk.presenter
    presenter.act(Act.RESOLVE)
    clerk.until("the form is open", lambda state: isinstance(state.stage, Resolving))
    clerk.picture("resolving")
    clerk.click(names.choice("found", "charged"))
    clerk.click(names.choice("evidence", "端末の控え"))
    clerk.click(names.choice("approver", "yamada"))
    for digit in CLERK_PIN["yamada"]:
        clerk.click(names.digit(digit))
    clerk.picture("resolve-filled")
    clerk.click(names.MAIN)
    clerk.until("it is settled", lambda state: isinstance(state.stage, Done))
    await_total(clerk, 300)
    assert ledger_yen(site) == 300


def test_paper_out_keeps_the_slip_and_it_comes_by_itself_when_there_is_paper(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site()
    clerk = open_counter(site)
    with site.paths.printer_control.open("a") as control:
        control.write("paper end\n")
    await_paper(clerk, Light.BAD)
    charge(clerk)
    clerk.until("the slip is kept", lambda s: any(d.printing is Printing.WAITING for d in s.documents.values()))
    assert isinstance(clerk.state().stage, Done)
    assert ledger_yen(site) == 300
    clerk.picture("paper-out")
    with site.paths.printer_control.open("a") as control:
        control.write("paper ok\n")
    await_paper(clerk, Light.GOOD)
    clerk.until("it is printed", lambda s: any(d.printing is Printing.PRINTED for d in s.documents.values()))
    assert "再発行" not in slip_text(site)
    clerk.click(names.CANCEL)
    clerk.until("the copy is printed", lambda _: (site.paths.paper / "receipt-2.txt").exists())
    assert "再発行" in (site.paths.paper / "receipt-2.txt").read_text("utf-8")
    await_total(clerk, 300)


def test_without_the_register_the_counter_sells_and_catches_up_later(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site()
    clerk = open_counter(site)
    site.register.stop()
    charge(clerk)
    clerk.until("the sale is paid", lambda state: isinstance(state.stage, Done))
    clerk.until(
        "the light says so", lambda s: s.status is not None and s.status.register.reason == "register_unreachable"
    )
    status = clerk.state().status
    assert status is not None
    assert status.sync.acked_seq < status.sync.head_seq
    await_total(clerk, 300)
    assert ledger_yen(site) == 300


def choose(clerk: Clerk, category: str, code: str, tender: TenderKind | None) -> None:
    clerk.click(names.category(category))
    clerk.click(names.item(code))
    if tender is not None:
        clerk.click(names.tender(tender))
    clerk.click(names.MAIN)


def key(clerk: Clerk, digits: str) -> None:
    for digit in digits:
        clerk.click(names.digit(digit))


def printed(clerk: Clerk) -> None:
    clerk.until("the paper is out", lambda s: any(d.printing is Printing.PRINTED for d in s.documents.values()))


def slip_text(site: Site) -> str:
    return (site.paths.paper / "receipt-1.txt").read_text("utf-8")


def test_cash_with_change_gets_a_receipt(make_site: MakeSite, open_counter: OpenCounter) -> None:
    site = make_site()
    clerk = open_counter(site)
    choose(clerk, "certificate", "1001", TenderKind.CASH)
    clerk.until("the amount handed over is asked for", lambda state: isinstance(state.stage, Asking))
    key(clerk, "1000")
    clerk.click(names.MAIN)
    printed(clerk)
    text = slip_text(site)
    assert "領収書" in text
    assert "領収書ではありません" not in text
    assert "¥1,000" in text, "tendered"
    assert "¥700" in text, "change"
    await_total(clerk, 300)
    assert ledger_yen(site) == 0


def test_an_unlinked_terminal_is_worked_by_hand_and_its_slip_recorded(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site()
    clerk = open_counter(site)
    choose(clerk, "certificate", "1001", TenderKind.EMONEY)
    clerk.until("the slip is asked for", lambda state: isinstance(state.stage, Asking))
    clerk.click(names.choice("brand", "WAON"))
    key(clerk, "300")
    clerk.click(names.field("slip_number"))
    key(clerk, "04711")
    clerk.click(names.MAIN)
    printed(clerk)
    assert "WAON" in slip_text(site)
    assert "04711" in slip_text(site)
    await_total(clerk, 300)


def test_a_free_item_needs_no_tender_and_prints_its_ticket(make_site: MakeSite, open_counter: OpenCounter) -> None:
    site = make_site()
    clerk = open_counter(site)
    free = next(item for item in clerk.profile.items if item.price_yen == 0)
    choose(clerk, free.category, free.code, None)
    printed(clerk)
    text = slip_text(site)
    assert free.free_reason in text.replace("\n", "")
    assert "領収" not in text
    sales = clerk.state().sales
    assert sales is not None
    assert ledger_yen(site) == 0


def test_a_sale_is_voided_on_the_terminal_with_a_second_person_and_the_books_agree(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site()
    clerk = open_counter(site)
    charge(clerk)
    printed(clerk)
    await_total(clerk, 300)
    sales = clerk.state().sales
    assert sales is not None
    (slip,) = clerk.state().documents.values()
    clerk.desk.approvals.void(sales.sales[0].sale_id, "yamada", CLERK_PIN["yamada"])
    await_total(clerk, 0)
    entries = [json.loads(line) for line in site.paths.terminal_ledger.read_text("utf-8").splitlines()]
    assert [(entry["kind"], entry["amount_yen"]) for entry in entries] == [("sale", 300), ("void", 300)]
    second = site.paths.paper / "receipt-2.txt"
    clerk.until("the void's slip is printed", lambda _: second.exists())
    text = second.read_text("utf-8")
    assert "取消" in text
    assert slip.serial_number in text, "the original is named"


def test_the_pin_of_every_demonstration_operator_is_documented() -> None:
    readme = (CONFIG.parent / "README.md").read_text("utf-8")
    assert all(f"{operator} | {pin}" in readme for operator, pin in CLERK_PIN.items())
