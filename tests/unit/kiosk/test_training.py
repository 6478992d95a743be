"""A counter for practice: it cannot touch the real books, whatever a trainee does."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.clock import CityClock
from kiosk.commands import load
from kiosk.devices import open_payment_device
from kiosk.domain.record import SYSTEM
from kiosk.domain.tender import TenderKind
from kiosk.journal.errors import JournalError
from kiosk.main import make_counter, open_journal, started
from kiosk.paths import CONFIG
from kiosk.profile import load_profile
from kiosk.profile_source import ProfileError
from kiosk.training import for_training

PROFILE = CONFIG / "counters" / "shiminka.toml"


def test_no_device_that_moves_money_is_left() -> None:
    profile = for_training(load_profile(PROFILE, on=date(2026, 11, 23)))
    assert all(open_payment_device(device).capabilities.training for device in profile.devices)
    assert {tender.kind for tender in profile.tenders} == {TenderKind.EMONEY, TenderKind.CASH}
    assert profile.register_url == ""


def test_real_devices_are_not_in_training() -> None:
    profile = load_profile(PROFILE, on=date(2026, 11, 23))
    assert not any(open_payment_device(device).capabilities.training for device in profile.devices)


def test_a_counter_with_a_terminal_alone_says_what_to_do() -> None:
    profile = load_profile(PROFILE, on=date(2026, 11, 23))
    card = replace(profile, tenders=(profile.tender(TenderKind.CREDIT),))
    with pytest.raises(ProfileError, match="practise at a counter that takes cash"):
        for_training(card)


def test_neither_journal_opens_for_the_other(tmp_path: Path) -> None:
    real, state = load(PROFILE, tmp_path, ())
    practice, training_state = load(PROFILE, tmp_path, (), training=True)
    assert training_state != state
    clock = CityClock()
    with open_journal(real, state, clock) as journal:
        counter = make_counter(real, journal, clock, lambda _: None)
        journal.append(counter.draft(started(training=False), SYSTEM, None))
    with pytest.raises(JournalError, match="belongs to kiosk shiminka-1, not to shiminka-1-training"):
        open_journal(practice, state, clock)
    assert load(PROFILE, None, (), training=True)[1] != load(PROFILE, None, ())[1]


def test_a_sale_for_practice_leaves_the_real_books_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printer = f"printer.port={tmp_path / 'none'}"
    arguments = ["--profile", str(PROFILE), "--state", str(tmp_path), "--set", printer, "--json"]
    sale = ["sell", *arguments, "--item", "1001", "--tender", "cash", "--training"]
    assert main(sale) == 0
    sold = json.loads(capsys.readouterr().out)
    assert sold["serial_number"].startswith("TA1-R")
    assert sold["synced"] is False
    assert [path.name for path in tmp_path.iterdir()] == ["training"]
    assert main(["journal", "show", "--state", str(tmp_path / "training")]) == 0
    assert "訓練" in capsys.readouterr().out
    assert main(["journal", "verify", "--state", str(tmp_path / "training")]) == 0


def test_a_terminal_on_a_line_is_not_offered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--profile", str(PROFILE), "--state", str(tmp_path), "--training"]
    assert main(["sell", *arguments, "--item", "1001", "--tender", "credit"]) == 2
    assert "--tender credit" in capsys.readouterr().err
