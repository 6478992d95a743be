"""``kiosk sell`` asks for a wallet's code without echo, and names what does not pay."""

import getpass
import sys
import time

import pytest

from drivers.payment import api
from kiosk.code_operators import FILE, read_code_operators
from kiosk.domain.wallet import ReadWallet
from kiosk.paths import CONFIG
from kiosk.profile_source import MasterFiles
from kiosk.sell import ConsoleContext
from kiosk.services.read_wallet import read_wallet

OPERATORS = read_code_operators(MasterFiles(CONFIG).read(FILE))
OURS, ANOTHERS = "900081818812345678901234", "3158992112345678901"
FORM = api.Form(
    "wallet_or_code", 300, (api.Field("wallet_code", api.FieldKind.SCAN, 64, required=False),), ("show", "no")
)


def read(text: str) -> ReadWallet:
    return read_wallet(text, OPERATORS, ("PayPay",))


@pytest.mark.parametrize(("scans", "value"), [([ANOTHERS, f"{OURS}\r"], OURS), ([ANOTHERS, ""], "")])
def test_the_code_goes_to_the_driver_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scans: list[str], value: str
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _: scans.pop(0))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdin, "readline", lambda: "\n", raising=False)
    context = ConsoleContext(lambda _: None, 0, [], read)
    entry = context.ask(FORM, time.monotonic() + 60)
    assert isinstance(entry, api.Entry)
    assert (entry.answer, entry.values) == ("show", {"wallet_code": value})
    told = capsys.readouterr().err
    assert "wallet_other au PAY" in told
    assert not [code for code in (OURS, ANOTHERS) if code in told + repr(entry)]
