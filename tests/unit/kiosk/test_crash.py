"""Errors nobody caught, in real processes: a place in the log or one sentence, and never a card number or a trace."""

import argparse
import subprocess
import sys

import pytest

import kiosk.cli
import register.cli

CARD = "4761739001010119"
FALL = """
import logging, sys, threading
from kiosk.crash import install_hooks
logging.basicConfig(stream=sys.stderr, level=logging.DEBUG, format="%(message)s")
install_hooks()
def fall(card):
    raise ValueError("bad " + card)
"""
IN_THREAD = 'thread = threading.Thread(target=fall, args=("CARD",), name="start"); thread.start(); thread.join()\n'
IN_SLOT = """
from PySide6.QtCore import QCoreApplication, QTimer
app = QCoreApplication([])
QTimer.singleShot(0, lambda: fall("CARD"))
QTimer.singleShot(1, app.quit)
app.exec()
"""


def stderr_of(program: str) -> str:
    program = (FALL + program).replace("CARD", CARD)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(
    ("program", "opening"),
    [
        ("fall('CARD')\n", "bug: ValueError at "),
        (IN_THREAD, "bug in thread start: ValueError at "),
        (IN_SLOT, "bug: ValueError at "),
    ],
    ids=["main", "thread", "slot"],
)
def test_an_uncaught_error_is_logged_by_place_alone(program: str, opening: str) -> None:
    told = stderr_of(program)
    assert told.startswith(opening)
    assert " fall" in told
    assert CARD not in told
    assert "Traceback" not in told


def fall(_: argparse.Namespace) -> int:
    raise ValueError(CARD)


def test_a_bug_in_a_kiosk_command_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", lambda *_: argparse.Namespace(run=fall))
    assert kiosk.cli.main([]) != kiosk.cli.DONE
    one_sentence(capsys.readouterr().err)


def test_a_bug_in_a_register_command_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", lambda *_: argparse.Namespace(run=fall, act=None))
    assert register.cli.main([]) != register.cli.DONE
    one_sentence(capsys.readouterr().err)


def one_sentence(told: str) -> None:
    assert told.count("\n") == 1
    assert "ValueError at " in told
    assert CARD not in told
    assert "Traceback" not in told
