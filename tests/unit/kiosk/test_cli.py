"""The command line: exit codes, and one line for whatever is wrong."""

from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.paths import CONFIG
from kiosk.services.open_day import open_day
from tests.unit.kiosk.conftest import CLERK, Bench

PROFILE = str(CONFIG / "counters" / "shiminka.toml")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_doctor_reads_what_the_kiosk_would_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    parts = ("device.terminal", "printer", "scanner", "display")
    gone = [word for part in parts for word in ("--set", f"{part}.port={tmp_path / part}")]
    arguments = ("--profile", PROFILE, "--state", str(tmp_path), *gone, "--set", "register_url=")
    code, out, err = run(capsys, "doctor", *arguments)
    assert (code, err) == (1, "")
    assert "市民課 1番窓口(shiminka-1)" in out.splitlines()[0]
    assert [line.split(":")[0] for line in out.splitlines() if line.startswith("[異常]")] == [
        "[異常] device terminal",
        "[異常] printer receipt",
        "[異常] scanner lines",
        "[異常] display line20",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("doctor", "--profile", "nowhere.toml"), "nowhere.toml"),
        (("doctor", "--profile", PROFILE, "--set", "printer.port"), "write KEY=VALUE"),
        (("doctor", "--profile", PROFILE, "--set", "printer.prot=/dev/x"), "printer.prot"),
        (("sell", "--profile", PROFILE, "--item", "1001"), "--tender"),
        (("sell", "--profile", PROFILE, "--item", "1001", "--tender", "gold"), "gold"),
        (("journal", "verify", "--state", "/nonexistent"), "/nonexistent"),
        (("run-local", "--headless", "--sales", "０"), "not a count"),
        (("frobnicate",), "frobnicate"),
        (("journal", "show", "--state", "x", "one\ntwo"), "one two"),
        ((), "COMMAND"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert says in err


def test_a_profile_with_a_wrong_price_stops_with_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "config"
    for source in CONFIG.rglob("*"):
        if source.suffix in (".toml", ".csv"):
            target = config / source.relative_to(CONFIG)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    items = config / "items" / "shiminka.csv"
    items.write_text(items.read_text("utf-8").replace(",300,", ",３００,", 1), "utf-8")
    code, _, err = run(capsys, "doctor", "--profile", str(config / "counters" / "shiminka.toml"))
    assert code == 2
    assert "config/items/shiminka.csv:2: price_yen: '３００' is not an amount in yen" in err
    assert len(err.splitlines()) == 1


def test_a_journal_can_be_verified_shown_and_exported_while_its_kiosk_runs(
    capsys: pytest.CaptureFixture[str], bench: Bench, tmp_path: Path
) -> None:
    open_day(bench.counter, CLERK.actor)
    state = str(tmp_path / "journal")
    code, out, _ = run(capsys, "journal", "verify", "--state", state)
    assert code == 0
    assert "NG" not in out
    code, out, _ = run(capsys, "journal", "show", "--state", state)
    assert (code, len(out.splitlines())) == (0, 1)
    code, _, _ = run(capsys, "journal", "export", "--state", state, "--out", str(tmp_path / "out.jsonl"))
    assert (code, len((tmp_path / "out.jsonl").read_text("utf-8").splitlines())) == (0, 1)
