"""The house rules that a reader relies on: sizes, docstrings, mirrored tests, data without code, clean locks."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kiosk", "drivers", "receipts", "register")
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
CLASS_METHODS_MAX = 15


@cache
def project_files() -> tuple[Path, ...]:
    """Files of the project: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return tuple(path for name in sorted(listed) if name and (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    return [
        path
        for path in project_files()
        if path.suffix == ".py" and (not folders or path.relative_to(ROOT).parts[0] in folders)
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_fit_a_screen() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name} {length}"
        for path in python_files()
        for function in functions(path)
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_files_stay_readable() -> None:
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: count for name, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_classes_hold_one_concept() -> None:
    crowded = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and sum(isinstance(entry, ast.FunctionDef | ast.AsyncFunctionDef) for entry in node.body) > CLASS_METHODS_MAX
    ]
    assert crowded == []


def test_package_markers_are_empty() -> None:
    filled = [name_of(path) for path in python_files(*PACKAGES) if path.name == "__init__.py" and path.stat().st_size]
    assert filled == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        name_of(path)
        for path in python_files(*PACKAGES, "scripts")
        if path.name != "__init__.py" and not (ast.get_docstring(tree(path)) or "").strip()
    ]
    assert silent == []


def test_imports_are_absolute() -> None:
    relative = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_configuration_is_data() -> None:
    config = [path for path in project_files() if path.is_relative_to(ROOT / "config")]
    assert config
    code = [name_of(path) for path in config if path.suffix == ".py" or path.read_bytes().startswith(b"#!")]
    assert code == []


def test_locks_pin_hashes_and_name_no_address() -> None:
    for name in ("run", "test"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        assert not re.search(r"://|^\s*-|file:|/home/|/root/", text.replace("    --hash=sha256:", ""), re.MULTILINE), (
            name
        )
        blocks = re.findall(r"^[a-z0-9-]+==[^\s\\]+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
        assert len(blocks) == len(re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)), (
            "every package is pinned with at least one hash"
        )


def test_the_test_lock_holds_the_run_lock() -> None:
    run, test = (
        set(re.findall(r"^[a-z0-9-]+==[^\s\\]+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "test")
    )
    assert run <= test


def test_nothing_is_left_for_later() -> None:
    marks = re.compile("TO" + "DO|FIX" + "ME|X" + "XX|type: ig" + "nore|pragma: no c" + "over")
    left = [
        f"{name_of(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marks.search(line)
    ]
    assert left == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    marks = re.compile(r"\b(skip|skipif|xfail|importorskip)\b\(|mark\.(skip|xfail)")
    found = [
        name_of(path) for path in python_files("tests") if path != Path(__file__) and marks.search(path.read_text())
    ]
    assert found == []


def modules_with_logic() -> list[Path]:
    """Modules with functions or methods that have a body: declarations alone need no tests."""
    return [
        path
        for path in python_files(*PACKAGES)
        if path.name not in ("__init__.py", "__main__.py") and any(_has_body(function) for function in functions(path))
    ]


def _has_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    statements = [
        node
        for node in function.body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))  # a docstring or ...
    ]
    return len(statements) > 1 or any(not isinstance(node, ast.Pass | ast.Return) for node in statements)


def test_tests_mirror_the_source() -> None:
    """A test that names nobody's module tests nobody: every folder under tests/unit exists in the source."""
    unit = ROOT / "tests/unit"
    strays = []
    for path in unit.rglob("test_*.py"):
        folder = path.relative_to(unit).parent
        if not (ROOT / folder).is_dir():
            strays.append(name_of(path))
    assert strays == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_imported_by_some_test(package: str) -> None:
    """Directly, or through the modules that the tests import: nothing ships untested and unreachable."""
    graph = {_module(path): _imports(path) for path in python_files(*PACKAGES)}
    seen: set[str] = set()
    waiting = {name for path in python_files("tests") for name in _imports(path)} | _started_by_tests(set(graph))
    while waiting:
        name = waiting.pop()
        if name in graph and name not in seen:
            seen.add(name)
            waiting |= graph[name]
    unreached = {_module(path) for path in modules_with_logic() if path.is_relative_to(ROOT / package)} - seen
    by_path = {name for name in unreached if ".migrations." in name}  # Alembic loads them; test_migrate runs them all
    assert unreached - by_path == set()


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _started_by_tests(modules: set[str]) -> set[str]:
    """Modules that tests start as processes, named in a string: ``"-m", "drivers.emulators.terminal"``."""
    named = {
        node.value
        for path in python_files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {module for module in modules if module in named or module.removesuffix(".__main__") in named}
