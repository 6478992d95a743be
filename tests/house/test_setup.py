"""Setting a machine up: what apt-get is asked, what a person is told, and how little a second start does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "dirname", "env", "find", "flock", "mkdir", "sha256sum", "touch")
LIBRARIES = [
    "libEGL.so.1",
    "libGL.so.1",
    "libxkbcommon.so.0",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
    "libglib-2.0.so.0",
    "libbrotlidec.so.1",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-keysyms.so.1",
    "libxkbcommon-x11.so.0",
    "libxcb-shape.so.0",
    "libwayland-cursor.so.0",
]


class Machine:
    """A copy of the set-up in a folder of its own, on a machine whose tools are scripts of ours."""

    def __init__(self, folder: Path) -> None:
        self.project, self.bin, self.home = folder / "project", folder / "bin", folder / "home"
        for name in ("scripts", "requirements"):
            shutil.copytree(ROOT / name, self.project / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", self.project)
        self.bin.mkdir()
        self.home.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            (self.bin / tool).symlink_to(found)
        self.tool("python3", f'exec "{sys.executable}" "$@"')
        self.tool("ldconfig", f'cat "{self.home}/libraries" 2>/dev/null')
        self.has_libraries(LIBRARIES)
        self.tool("id", "echo 0")
        for name in ("BIZUDPGothic-Regular.ttf", "BIZUDGothic-Regular.ttf", "ipamjm.ttf", "wqy-microhei.ttc"):
            font = self.home / f".local/share/fonts/{name}"
            font.parent.mkdir(parents=True, exist_ok=True)
            font.touch()

    def tool(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!{self.bin}/bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def has_libraries(self, names: list[str]) -> None:
        lines = [f"\t{name} (libc6,x86-64) => /lib/{name}" for name in names]
        (self.home / "libraries").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def sh(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / "bash"), "-uo", "pipefail", "-c", f". {self.project}/scripts/setup.sh; {command}"],
            env={"PATH": str(self.bin), "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_with_everything_is_left_alone(machine: Machine) -> None:
    machine.tool("apt-get", "exit 99")
    result = machine.sh("set_up_system run")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_root_installs_what_is_missing_after_one_update(machine: Machine) -> None:
    machine.has_libraries([name for name in LIBRARIES if name not in ("libEGL.so.1", "libxcb-cursor.so.0")])
    complete = machine.home / "complete"
    shutil.copy(machine.home / "libraries", complete)
    with complete.open("a", encoding="utf-8") as file:
        file.write("\tlibEGL.so.1 (libc6) => /\n\tlibxcb-cursor.so.0 (libc6) => /\n")
    log = machine.home / "log"
    machine.tool("apt-get", f'echo "$*" >>{log}; [[ $* != *install* ]] || cat {complete} >{machine.home}/libraries')
    result = machine.sh("set_up_system run")
    assert result.returncode == 0, result.stderr
    update, install = log.read_text(encoding="utf-8").splitlines()
    assert update.endswith(" update")
    assert install.endswith("install --no-install-recommends libegl1 libxcb-cursor0")
    assert result.stdout == "", "stdout belongs to the program"


def test_a_newer_release_gets_its_own_package_name(machine: Machine) -> None:
    machine.has_libraries([name for name in LIBRARIES if name != "libglib-2.0.so.0"])
    assert machine.sh("missing_packages run").stdout == "libglib2.0-0"
    machine.tool("apt-cache", "[[ $2 == *t64 ]]")
    assert machine.sh("missing_packages run").stdout == "libglib2.0-0t64"


def test_a_missing_font_is_noticed(machine: Machine) -> None:
    script = (
        f"has_font NoSuchFace-Regular || echo missing; has_font BIZUDPGothic-Regular && echo found; : {machine.home}"
    )
    assert machine.sh(script).stdout.split() == ["missing", "found"]


def test_tests_need_a_database_server_and_a_display(machine: Machine) -> None:
    packages = machine.sh("missing_packages test").stdout.split()
    assert packages[-3:] == ["xvfb", "xauth", "strace"]
    assert machine.sh("missing_packages run").stdout == ""


def test_without_root_or_sudo_the_one_line_to_run_is_printed(machine: Machine) -> None:
    machine.has_libraries(LIBRARIES[1:])
    machine.tool("apt-get", "exit 99")
    machine.tool("id", "echo 1000")
    result = machine.sh("set_up run")
    assert result.returncode == 2
    assert result.stderr == (
        "Missing: libegl1. Please run as root: apt-get update && apt-get install -y --no-install-recommends libegl1\n"
    )


def test_sudo_is_used_when_it_asks_nothing(machine: Machine) -> None:
    machine.has_libraries(LIBRARIES[1:])
    machine.tool("id", "echo 1000")
    machine.tool("sudo", f'echo "$*" >>{machine.home}/log')
    machine.tool("apt-get", "exit 99")
    result = machine.sh("set_up_system run")
    assert "Still missing after the installation: libegl1" in result.stderr
    assert [line.split()[0] for line in (machine.home / "log").read_text().splitlines()] == ["-n", "apt-get", "env"]


def test_another_system_gets_a_list(machine: Machine) -> None:
    machine.has_libraries(LIBRARIES[2:])
    result = machine.sh("set_up run")
    assert result.returncode == 2
    assert "no apt-get" in result.stderr
    assert result.stderr.splitlines()[1:] == ["  libegl1", "  libgl1"]


def test_a_failing_installation_stops_with_its_code(machine: Machine) -> None:
    machine.has_libraries(LIBRARIES[1:])
    machine.tool("apt-get", "[[ $* != *install* ]] || exit 100")
    result = machine.sh("set_up run")
    assert result.returncode == 2
    assert "apt-get ended with 100. Please run as root: apt-get update && apt-get install" in result.stderr


def test_an_old_python_is_not_taken(machine: Machine) -> None:
    machine.tool("python3", "exit 1")
    for name in ("python3.11", "python3.12", "python3.13"):
        machine.tool(name, "exit 1")
    result = machine.sh("find_python || echo none")
    assert result.stdout in ("none\n", "/usr/bin/python3")


def ready(machine: Machine) -> None:
    folder = machine.project / ".venv/bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    machine.sh("fingerprint run >$venv/.ready-run")
    machine.tool("ldconfig", "echo probed >&2")  # no library is found
    machine.tool("apt-get", "exit 99")


def test_a_second_start_asks_nothing(machine: Machine) -> None:
    ready(machine)
    result = machine.sh("set_up run")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "change",
    [
        "requirements/run.txt",
        "requirements/source.txt",
        "requirements/node/package-lock.json",
        "pyproject.toml",
        "scripts/setup.sh",
    ],
)
def test_a_changed_list_is_set_up_again(machine: Machine, change: str) -> None:
    ready(machine)
    with (machine.project / change).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert machine.sh("set_up run").returncode == 2


def test_a_moved_project_is_set_up_again(machine: Machine) -> None:
    ready(machine)
    moved = machine.project.with_name("elsewhere")
    machine.project.rename(moved)
    machine.project = moved
    assert machine.sh("set_up run").returncode == 2


def test_the_scripts_can_be_started() -> None:
    for name in ("scripts/run", "scripts/test", ".ci/run", "requirements/lock"):
        assert os.access(ROOT / name, os.X_OK), name
