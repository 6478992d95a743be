"""The kit as a vendor starts it: pytest with the plugin and the name of an adapter."""

import subprocess
import sys
from pathlib import Path

from drivers.conformance import promises
from drivers.conformance.plugin import PROMISES

ROOT = Path(__file__).resolve().parents[3]
WORKED = "docs.examples.line_terminal_kit:ADAPTER"
CASH = "tests.contract.conformance.clerk_adapter:CASH"
FLAWED = """from dataclasses import replace
from docs.examples.line_terminal_kit import ADAPTER
from tests.contract.conformance.flawed_terminal import Flaw, make
FLAWED = replace(ADAPTER, name="flawed", create_device=make(Flaw.SWALLOWS_NOT_DURABLE))
"""


def _kit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "drivers.conformance.plugin", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_sound_driver_passes_and_its_table_is_printed(tmp_path: Path) -> None:
    done = _kit(tmp_path, "-q", "--device", WORKED, "--device", CASH)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    heads = [line.strip("= ") for line in lines if "conformance" in line]
    assert heads == [
        "conformance of line terminal, sale: fault by outcome",
        "conformance of line terminal, inquiry: fault by outcome",
        "conformance of cash, sale: fault by outcome",
        "conformance of cash, inquiry: fault by outcome",
        "conformance of cash, void: fault by outcome",
        "conformance: fault by driver, how often each struck",
    ]
    struck = [line.split() for line in lines if line.startswith("cut at byte")]
    assert int(struck[0][3]) > 100
    assert struck[2][3] == "0"  # there is no line to cut


def test_a_flawed_driver_fails_by_the_name_of_the_check(tmp_path: Path) -> None:
    (tmp_path / "vendor_kit.py").write_text(FLAWED)
    done = _kit(tmp_path, "-q", "--device", "vendor_kit:FLAWED")
    assert done.returncode == 1
    assert "I2-not-durable-is-unknown: the commit failed and the outcome is approved" in done.stdout
    assert "broken: I2-not-durable-is-unknown" in done.stdout


def test_a_wrong_name_is_one_clear_line(tmp_path: Path) -> None:
    for named, said in [
        ("no_such_module:X", "--device no_such_module:X: No module named 'no_such_module'"),
        ("line", "--device line: write MODULE:NAME, such as my_driver.kit:ADAPTER"),
        ("json:dumps", "--device json:dumps: not a drivers.conformance.adapter.Adapter"),
    ]:
        done = _kit(tmp_path, "--device", named)
        assert done.returncode == 4
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_without_a_device_the_plugin_is_not_noticed(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    done = _kit(tmp_path, "-q")
    assert done.returncode == 0
    assert "conformance" not in done.stdout


def test_the_plugin_runs_the_promises_that_are_shipped() -> None:
    assert Path(promises.__file__) == PROMISES
