"""The official client of POS Integrado (transbank-pos-sdk) works our emulated terminal over a real port.

An emulator that only our own driver understands would prove nothing: this client was written by those who make the
terminals, and knows nothing of us. ``tests/traces/stxlrc`` keeps one of its sessions byte for byte.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from drivers.emulators.stxlrc.ledger import EntryKind, LedgerEntry, net_approved_yen, read_ledger


@dataclass(frozen=True)
class Terminal:
    """The emulated terminal, and the client on its port."""

    client: Any
    ledger: Path

    def book(self) -> tuple[LedgerEntry, ...]:
        return read_ledger(self.ledger)

    def sell(self, amount_yen: int, ticket: str) -> dict[str, Any]:
        told: dict[str, Any] = self.client.sale(amount_yen, ticket)
        return told


@pytest.fixture
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """Unpaced, as this client reads half a message when it looks at the wrong moment. A parameter is its script."""
    link, ledger = tmp_path / "port", tmp_path / "ledger"
    arguments = ["--link", str(link), "--ledger", str(ledger), "--baud", "0", "--speed", "0"]
    command = [sys.executable, "-m", "drivers.emulators.stxlrc", *arguments, "--answers", getattr(request, "param", "")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as emulator:
        assert emulator.stdout is not None
        assert emulator.stdout.readline().startswith(b"ready")
        client = import_module("transbank").POSIntegrado()
        try:
            assert client.open_port(str(link))
            yield Terminal(client, ledger)
        finally:
            emulator.terminate()
            client.close_port()


def test_poll_keys_and_normal_mode(terminal: Terminal) -> None:
    assert terminal.client.poll() is True
    assert terminal.client.load_keys()["response_code"] == "00"
    assert terminal.client.set_normal_mode() is True
    assert terminal.client.poll() is True


def test_a_sale_is_told_as_it_stands_in_the_book_and_found_again(terminal: Terminal) -> None:
    told = terminal.sell(1500, "AB123")
    (sale,) = terminal.book()
    assert (told["response_code"], told["ticket"], int(told["amount"])) == ("00", "AB123", 1500)
    assert (sale.ticket, sale.amount_yen) == ("AB123", 1500)
    assert told["authorization_code"] == sale.approval_code
    assert int(told["operation_number"]) == sale.operation
    assert told["last_4_digits"] == sale.card_last4
    again = terminal.client.last_sale()
    assert {name: again[name] for name in told if name != "function_code"} == {
        name: told[name] for name in told if name != "function_code"
    }
    assert len(terminal.book()) == 1


def test_intermediate_messages_come_before_the_result(terminal: Terminal) -> None:
    heard: list[dict[str, Any]] = []
    told = terminal.client.sale(300, "000002", send_status=True, callback=heard.append)
    assert told["response_code"] == "00"
    assert len(heard) >= 2
    assert {message["function_code"] for message in heard} == {900}


@pytest.mark.parametrize("terminal", ["approve,approve,decline"], indirect=True)
def test_a_decline_books_nothing(terminal: Terminal) -> None:
    terminal.sell(100, "1")
    terminal.sell(200, "2")
    refused = terminal.sell(400, "3")
    assert refused["response_code"] != "00"
    assert net_approved_yen(terminal.book()) == 300


def test_details_totals_refund_and_close_agree_with_the_book(terminal: Terminal) -> None:
    first, second = terminal.sell(1500, "AB123"), terminal.sell(300, "000002")
    totals = terminal.client.totals()
    assert (int(totals["tx_count"]), int(totals["tx_total"])) == (2, 1800)
    listed = [row for row in terminal.client.details(print_on_pos=True) if row["authorization_code"]]
    assert [(row["ticket"], int(row["amount"])) for row in listed] == [("AB123", 1500), ("000002", 300)]
    assert [row["authorization_code"] for row in listed] == [told["authorization_code"] for told in (first, second)]

    voided = terminal.client.refund(int(second["operation_number"]))
    assert voided["response_code"] == "00"
    assert int(voided["operation_number"]) == int(second["operation_number"])
    assert terminal.client.refund(int(second["operation_number"]))["response_code"] != "00", "once"
    assert net_approved_yen(terminal.book()) == 1500
    assert int(terminal.client.totals()["tx_total"]) == 1500

    assert terminal.client.close()["response_code"] == "00"
    assert terminal.book()[-1].kind is EntryKind.CLOSE
    assert int(terminal.client.totals()["tx_count"]) == 0
    assert net_approved_yen(terminal.book()) == 1500, "a close takes nothing back"
