"""The search itself: a secret planted in each kind of place is found in whatever form it is written."""

import base64
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from drivers.codes.card_number import mask_card_numbers
from tests.canaries.canaries import CARDS, PIN, TOKEN, TRACK_2, found_in
from tests.canaries.sinks import files, leaks, log, window

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def grouped(card: str, gap: str) -> str:
    return gap.join(card[at : at + 4] for at in range(0, len(card), 4))


FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "blanks": lambda card: grouped(card, " ").encode(),
    "hyphens": lambda card: grouped(card, "-").encode(),
    "two lines": lambda card: grouped(card, "\n").encode(),
    "full width": lambda card: card.translate(FULL_WIDTH).encode(),
    "full width in CP932": lambda card: grouped(card, "－").translate(FULL_WIDTH).encode("cp932"),
    "packed": lambda card: bytes.fromhex(card + "f" * (len(card) % 2)),
    "packed, zero before": lambda card: bytes.fromhex("0" * (len(card) % 2) + card),
    "UTF-16 LE": lambda card: card.encode("utf-16-le"),
    "UTF-16 BE": lambda card: grouped(card, " ").encode("utf-16-be"),
    "hex": lambda card: card.encode().hex().upper().encode(),
    "packed in hex": lambda card: (card + "f" * (len(card) % 2)).encode(),
    "base64": lambda card: base64.b64encode(card.encode() + b"!"),
    "base64 one byte on": lambda card: base64.b64encode(b"a" + card.encode() + b"!"),
    "base64 two bytes on": lambda card: base64.b64encode(b"ab" + card.encode() + b"!"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_card_is_found_in_every_form_amid_other_bytes(form: str) -> None:
    for card in CARDS:
        for before in (b"", b"\x00\xffx", b"PAN "):
            assert any(told.startswith(card) for told in found_in(before + FORMS[form](card) + b" \x00y")), (card, form)


def test_a_pin_a_token_and_a_track_are_found_and_a_masked_card_is_not() -> None:
    for secret in (PIN, TOKEN, f"PAN={TRACK_2}"):
        assert found_in(f"say {secret} again".encode())
        assert found_in(secret.encode("utf-16-le"))
        assert found_in(base64.b64encode(b"a" + secret.encode() + b"b"))
    assert found_in(mask_card_numbers(" ".join(CARDS)).encode()) == []


def test_a_leak_planted_in_each_kind_of_sink_is_found(tmp_path: Path, qtbot: QtBot) -> None:
    with sqlite3.connect(tmp_path / "books.db") as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE note (told TEXT)")
        database.execute("INSERT INTO note VALUES (?)", (CARDS[1],))
        database.commit()
        (tmp_path / "below").mkdir()
        (tmp_path / "below" / "head").write_bytes(bytes.fromhex(CARDS[0]))
        found = {Path(name).name for name in leaks(files(tmp_path))}
    assert {"head", "books.db-wal"} <= found
    error = ValueError(CARDS[2])
    record = logging.LogRecord("any", logging.DEBUG, "", 0, "bug", (), (ValueError, error, None))
    assert leaks(log([record]))
    assert leaks(log([logging.LogRecord("any", logging.DEBUG, "", 0, "card %s", (CARDS[2],), None)]))
    shown = QWidget()
    qtbot.addWidget(shown)
    rows = QVBoxLayout(shown)
    label, key, field = QLabel(grouped(CARDS[3], " ")), QPushButton(CARDS[4]), QLineEdit(CARDS[5])
    for widget in (label, key, field):
        rows.addWidget(widget)
    label.setAccessibleName(CARDS[6])
    key.setAccessibleDescription(CARDS[7])
    shown.setWindowTitle(CARDS[8])
    (found_there,) = leaks(window(shown, "window")).values()
    assert {told.split(":")[0] for told in found_there} == set(CARDS[3:9])
