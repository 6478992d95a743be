"""The product as a city installs it: from its wheel, without the sources beside it."""

import json
import subprocess
from pathlib import Path

from tests.instant.counter import plain_environment
from tests.instant.packaged import install_wheel


def test_a_wheel_brings_the_configuration_and_sells(tmp_path: Path) -> None:
    installed = install_wheel(tmp_path)
    assert installed.profile.is_relative_to(tmp_path)
    sale = ["--item", "1001", "--tender", "cash", "--json", "--set=printer.port=/dev/null"]
    done = subprocess.run(
        [*installed.kiosk, "sell", "--profile", str(installed.profile), "--state", str(tmp_path / "state"), *sale],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=tmp_path,
        env=plain_environment(),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "approved"
    assert not any(installed.profile.parent.parent.rglob("*.py")), "config is data"
