"""kiosk code: the payload byte for byte, a symbol that an independent decoder reads, and one answer a line."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from drivers.codes import emv, jpqr
from drivers.codes.jpqr import Store, StoreCode
from kiosk.cli import main
from kiosk.clock import CityClock
from kiosk.code import LINE_BYTES_MAX, MODULE_PX
from kiosk.domain.record import SYSTEM, CodeEnrolled, Draft
from kiosk.journal.store import SqliteJournal

CONFIG = Path(__file__).parents[3] / "config"
STORE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"), "9399", "TOYOTA CITY INABU", "TOYOTA", "4442513", "稲武支所"
)
ISSUED = jpqr.encode_static(STORE).payload
EMV_ALONE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***"
    "0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
"""EMVCo's own example (MPM 1.1, annex B)."""


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of a branch office whose sticker is enrolled."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CONFIG, tmp_path / "config")
    with SqliteJournal(Path("state"), kiosk_id="inabu-1", clock=CityClock()) as journal:
        journal.append(Draft(CodeEnrolled("code", ISSUED), None, SYSTEM, "m"))
    return ["--profile", "config/counters/inabu.toml", "--state", "state"]


def ran(*arguments: str) -> int:
    try:
        return main(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)


def test_the_static_code_is_the_enrolled_one(counter: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("code", "static", *counter, "--png", "code.png") == 0
    assert capsys.readouterr().out == f"{ISSUED}\n"
    with Image.open("code.png") as picture:
        (found,) = zxingcpp.read_barcodes(picture)
        assert picture.width % MODULE_PX == 0
    assert found.bytes == ISSUED.encode()


def test_the_dynamic_code_is_the_same_with_amount_and_number(
    counter: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("code", "dynamic", *counter, "--amount", "1200", "--bill", "K3-000042", "--svg", "code.svg") == 0
    code = jpqr.decode(capsys.readouterr().out.rstrip("\n"))
    assert (code.amount_yen, code.bill, code.store) == (1200, "K3-000042", STORE)
    assert Path("code.svg").read_text("utf-8").startswith("<svg ")


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "1,000", "１００", "99999999999999", ""])
def test_an_amount_that_is_none_is_one_line(
    counter: list[str], capsys: pytest.CaptureFixture[str], amount: str
) -> None:
    assert ran("code", "dynamic", *counter, f"--amount={amount}") == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)


@pytest.mark.parametrize(
    "arguments", [["--bill", "請求1"], ["--bill", "1" * 26], ["--bill", ""], ["--png", "no/f.png"]]
)
def test_what_no_code_or_file_can_be_is_one_line(
    counter: list[str], capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert ran("code", "dynamic", *counter, "--amount", "300", *arguments) == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)


def test_a_code_is_told_by_its_tags(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("code", "decode", ISSUED) == 0
    lines = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert (lines["26.00"], lines["53"], lines["64.01"]) == ("jp.or.paymentsjapan", "392", "稲武支所")
    assert ran("code", "decode", EMV_ALONE, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    assert answer["fields"]["62"] == {"03": "1234", "06": "***", "07": "A6008667", "09": "ME"}
    assert answer["fields"]["54"] == "23.72"


@pytest.mark.parametrize(
    ("text", "rule", "path", "position"),
    [
        (ISSUED[:-1] + ("0" if ISSUED[-1] != "0" else "1"), "crc", "63", len(ISSUED) - 8),
        ("", "format-first", "00", 0),
        (ISSUED.replace("5303392", "5303840", 1), "crc", "63", len(ISSUED) - 8),
        (f"{ISSUED}x", "crc-last", "63", len(ISSUED) - 8),
        ("0" * 5000, "total-length", "", 512),
    ],
)
def test_a_broken_code_names_rule_tag_and_place(
    capsys: pytest.CaptureFixture[str], text: str, rule: str, path: str, position: int
) -> None:
    assert ran("code", "decode", "--json", text) == 2
    answer = json.loads(capsys.readouterr().out)
    found = tuple(answer[name] for name in ("ok", "rule", "path", "position"))
    assert found == (False, rule, path, position)
    assert ran("code", "decode", text) == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert rule in told.err


def test_a_code_of_jpqr_keeps_jpqrs_rules_too(capsys: pytest.CaptureFixture[str]) -> None:
    content = [(tag, value) for tag, value in jpqr.decode(ISSUED).emv.content if tag != "61"]
    without_postal_code = emv.encode(content).payload
    assert ran("code", "decode", "--json", without_postal_code) == 2
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rule"], answer["path"]) == ("missing", "61")


def answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sent: bytes
) -> tuple[int, list[dict[str, Any]]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sent)))
    code = ran("code", "decode", "-", "--json")
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_line_has_its_answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert answers(monkeypatch, capsys, f"{ISSUED}\r\n{EMV_ALONE}".encode())[0] == 0
    long = b"0" * (3 * LINE_BYTES_MAX)
    code, told = answers(
        monkeypatch, capsys, b"\n".join((ISSUED.encode(), b"", b"\xe8\xb1\xff", long, ISSUED.encode()))
    )
    assert code == 1
    assert [answer["ok"] for answer in told] == [True, False, False, False, True]
    assert [answer.get("rule") for answer in told[1:4]] == ["format-first", "characters", "total-length"]
