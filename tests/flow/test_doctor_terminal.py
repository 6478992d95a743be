"""``kiosk doctor`` and a terminal that is at work, in doubt, or cut off from its host: told, and never disturbed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.protocol import authorization
from drivers.transport import SerialLine, SerialSettings
from kiosk.local.site import Site
from tests.flow.conftest import MakeSite
from tests.flow.test_doctor import examine
from tests.flow.test_sell import kiosk, ledger, start_kiosk

TERMINAL, DIAGNOSIS = ("device", "terminal"), ("diagnosis", "terminal")
Found = dict[tuple[str, str], tuple[str, str]]


def doctor(site: Site, *arguments: str) -> Found:
    _, found = examine(kiosk(site, "doctor", "--json", "--language", "en", *arguments))
    return found


def test_a_diagnosis_is_made_only_when_asked_for_and_moves_no_money(make_site: MakeSite) -> None:
    site = make_site("approve,decline:A1,decline:C2")
    assert DIAGNOSIS not in doctor(site)
    assert doctor(site, "--diagnose")[DIAGNOSIS] == ("ok", "the terminal reaches the payment company")
    cut_off = doctor(site, "--diagnose")[DIAGNOSIS]
    assert cut_off == ("bad", "the terminal does not reach the payment company (code A1)")
    assert doctor(site, "--diagnose")[DIAGNOSIS] == ("bad", "the terminal's diagnosis failed (C2)")
    assert ledger(site) == []


def test_a_terminal_in_the_middle_of_something_is_left_alone(make_site: MakeSite) -> None:
    site = make_site(terminal_options=["--speed", "0.01"])
    line = SerialLine(SerialSettings(str(site.paths.terminal_line), baud=9600, stop_bits=2))
    line.write(encode_frame(authorization(300)))  # a register that asked for money and died
    assert line.read(5.0)
    line.close()
    found = doctor(site, "--diagnose")
    assert found[TERMINAL][0] == "attention"
    assert "busy with something else" in found[TERMINAL][1]
    assert found[DIAGNOSIS] == ("attention", "not diagnosed: the terminal is not idle")


def test_an_unsettled_payment_comes_before_a_diagnosis(make_site: MakeSite) -> None:
    site = make_site("lost-reply,approve")
    with start_kiosk(site, "sell", "--item", "1001", "--tender", "credit") as selling:
        deadline_s = time.monotonic() + 60
        while not ledger(site):
            assert time.monotonic() < deadline_s
            time.sleep(0.01)
        selling.kill()
    found = doctor(site, "--diagnose")
    assert found[TERMINAL][0] == "ok"
    assert found[DIAGNOSIS] == ("attention", "not diagnosed: a payment on this terminal is in doubt")


@pytest.fixture
def network_terminal(tmp_path: Path) -> Iterator[str]:
    """A slow terminal on the network; its address."""
    arguments = ["--tcp", "0", "--ledger", str(tmp_path / "ledger.jsonl"), "--speed", "0.3"]
    command = [sys.executable, "-m", "drivers.emulators.terminal", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        yield emulator.stdout.readline().removeprefix("ready ").strip()
        emulator.terminate()


def test_over_the_network_a_payment_of_a_running_kiosk_is_not_taken_over(
    make_site: MakeSite, network_terminal: str
) -> None:
    site = make_site()
    port = f"device.terminal.port={network_terminal}"
    with start_kiosk(site, "sell", "--item", "1001", "--tender", "credit", f"--set={port}") as selling:
        assert selling.stderr is not None
        while "wait_card" not in selling.stderr.readline():
            assert selling.poll() is None
        found = doctor(site, f"--set={port}", "--diagnose")
        out, _ = selling.communicate(timeout=120)
    assert found[TERMINAL][0] == "attention"
    assert "held by another program" in found[TERMINAL][1]
    assert "state=approved" in out
