"""Installs the product as a city gets it: a wheel, in an environment without the sources. Owns the installation."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.instant.counter import Installed, plain_environment

ROOT = Path(__file__).parents[2]
PARTS = ("kiosk", "drivers", "receipts", "register", "config", "pyproject.toml", "README.md")
COUNTER = Path("config") / "counters" / "shiminka.toml"


def install_wheel(folder: Path) -> Installed:
    """Build the wheel and install it; its dependencies are those of this environment, which are locked."""
    place, sources = folder / "installed", folder / "sources"
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        sources.mkdir(exist_ok=True)
        copy(ROOT / name, sources / name)
    _run(sys.executable, "-m", "venv", "--without-pip", str(place), folder=folder)
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(sources), folder=folder)
    (wheel,) = folder.glob("*.whl")
    _run(*pip, "--python", str(place / "bin" / "python"), "install", "--no-deps", str(wheel), folder=folder)
    site = place / Path(sysconfig.get_path("purelib")).relative_to(Path(sys.prefix).resolve())
    # a path in a .pth file brings packages and not, in turn, its .pth files: the sources stay out
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return _installed(place / "bin", site / COUNTER)


def installed_here() -> Installed:
    """The console script of this environment, which runs the sources."""
    return _installed(Path(sysconfig.get_path("scripts")), ROOT / COUNTER)


def _installed(scripts: Path, profile: Path) -> Installed:
    return Installed((str(scripts / "kiosk"),), (str(scripts / "register"),), profile)


def _run(*command: str, folder: Path) -> None:
    """Away from the sources, which the interpreter would take for the installed product."""
    subprocess.run(command, check=True, stdout=sys.stderr, cwd=folder, env=plain_environment())
