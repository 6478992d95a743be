"""Who may import whom: every row of the table is enforced, shown by planting what it forbids."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from tests.house.allowed_imports import AllowedImportsContract, is_in

ROOT = Path(__file__).parents[2]
PACKAGES = ("kiosk", "drivers", "receipts", "register")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]

COMPOSITION = ("kiosk.local", "kiosk.launch")
"""With the files directly in kiosk, what builds and starts everything: free to import, and imported by no room."""

FORBIDDEN = [
    ("kiosk.domain.cart", "kiosk.services.notices"),
    ("kiosk.domain.cart", "sqlalchemy"),
    ("kiosk.domain.cart", "time"),
    ("kiosk.domain.cart", "random"),
    ("kiosk.domain.cart", "socket"),
    ("kiosk.profile_items", "kiosk.journal.store"),
    ("kiosk.profile", "drivers.payment.api"),
    ("drivers.payment.zvt.driver", "serial"),
    ("drivers.payment.zvt.driver", "requests"),
    ("drivers.payment.zvt.driver", "PySide6"),
    ("drivers.payment.zvt.driver", "sqlalchemy"),
    ("drivers.payment.zvt.driver", "sqlite3"),
    ("drivers.payment.zvt.driver", "kiosk.domain.money"),
    ("drivers.payment.zvt.driver", "receipts.document"),
    ("drivers.payment.zvt.driver", "drivers.emulators.terminal.codec"),
    ("drivers.transport", "sqlalchemy"),
    ("drivers.transport", "kiosk.domain.money"),
    ("drivers.payment.zvt.protocol", "serial"),
    ("drivers.payment.zvt.protocol", "socket"),
    ("drivers.payment.zvt.protocol", "time"),
    ("drivers.payment.zvt.protocol", "threading"),
    ("drivers.payment.zvt.protocol", "drivers.transport"),
    ("drivers.payment.zvt.frame", "drivers.payment.zvt.driver"),
    ("drivers.payment.stxlrc.protocol", "time"),
    ("drivers.printer.escpos.protocol", "time"),
    ("drivers.codes.emv", "drivers.transport"),
    ("drivers.codes.emv", "threading"),
    ("drivers.emulators.terminal.core", "drivers.payment.zvt.frame"),
    ("drivers.emulators.printer.core", "drivers.printer.escpos.protocol"),
    ("drivers.emulators.printer.core", "receipts.document"),
    ("drivers.emulators.printer.core", "kiosk.domain.money"),
    ("drivers.conformance.kit", "drivers.payment.zvt.driver"),
    ("drivers.conformance.kit", "drivers.emulators.terminal.core"),
    ("receipts.compose", "PySide6"),
    ("receipts.compose", "sqlalchemy"),
    ("receipts.compose", "kiosk.domain.money"),
    ("receipts.compose", "drivers.printer.api"),
    ("kiosk.journal.store", "PySide6"),
    ("kiosk.journal.store", "drivers.payment.api"),
    ("kiosk.journal.store", "kiosk.services.counter"),
    ("kiosk.services.take_payment", "PySide6"),
    ("kiosk.services.take_payment", "sqlalchemy"),
    ("kiosk.services.take_payment", "sqlite3"),
    ("kiosk.services.take_payment", "kiosk.journal.store"),
    ("kiosk.services.take_payment", "drivers.payment.zvt.driver"),
    ("kiosk.services.take_payment", "kiosk.runtime.worker"),
    ("kiosk.runtime.worker", "PySide6"),
    ("kiosk.runtime.worker", "sqlalchemy"),
    ("kiosk.runtime.worker", "drivers.payment.zvt.driver"),
    ("kiosk.runtime.worker", "kiosk.journal.store"),
    ("kiosk.sync.push", "PySide6"),
    ("kiosk.sync.push", "drivers.payment.api"),
    ("kiosk.sync.push", "kiosk.journal.store"),
    ("kiosk.presenters.staff", "PySide6"),
    ("kiosk.presenters.staff", "PIL"),
    ("kiosk.presenters.staff", "drivers.payment.api"),
    ("kiosk.presenters.staff", "kiosk.services.take_payment"),
    ("kiosk.presenters.staff", "kiosk.ui.staff_window"),
    ("kiosk.ui.staff_window", "sqlalchemy"),
    ("kiosk.ui.staff_window", "drivers.payment.api"),
    ("kiosk.ui.staff_window", "kiosk.services.notices"),
    ("register.api.app", "kiosk.journal.store"),
    ("register.api.app", "kiosk.services.counter"),
    ("register.api.app", "drivers.payment.api"),
    ("register.api.app", "PySide6"),
    ("kiosk.services.take_payment", "kiosk.main"),
    ("kiosk.ui.staff_window", "kiosk.cli"),
    ("register.cli", "kiosk.cli"),
]

ALLOWED = [
    ("kiosk.domain.cart", "dataclasses"),
    ("drivers.transport", "serial"),
    ("drivers.transport", "socket"),
    ("drivers.payment.zvt.driver", "drivers.payment.zvt.protocol"),
    ("drivers.payment.zvt.driver", "drivers.transport"),
    ("drivers.payment.zvt.protocol", "drivers.errors"),
    ("drivers.emulators.terminal.shell", "serial"),
    ("drivers.emulators.printer.paper", "PIL"),
    ("drivers.conformance.kit", "pytest"),
    ("receipts.render.png", "PIL"),
    ("kiosk.journal.store", "sqlalchemy"),
    ("kiosk.services.take_payment", "drivers.payment.api"),
    ("kiosk.services.issue_receipt", "receipts.content"),
    ("kiosk.runtime.worker", "threading"),
    ("kiosk.sync.push", "requests"),
    ("kiosk.presenters.staff", "kiosk.services.notices"),
    ("kiosk.ui.staff_window", "PySide6"),
    ("register.api.app", "kiosk.domain.record"),
    ("kiosk.main", "kiosk.ui.staff_window"),
]


def contracts() -> list[AllowedImportsContract]:
    return [
        AllowedImportsContract(options["name"], SETTINGS, {key: options[key] for key in options if key != "type"})
        for options in SETTINGS["contracts"]
    ]


def broken_by(importer: str, imported: str) -> list[str]:
    """Names of the contracts that a single import breaks."""
    graph = grimp.ImportGraph()
    graph.add_import(importer=importer, imported=imported)
    return [contract.name for contract in contracts() if not contract.check(graph, verbose=False).kept]


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN)
def test_a_planted_import_breaks_a_contract(importer: str, imported: str) -> None:
    assert broken_by(importer, imported)


@pytest.mark.parametrize(("importer", "imported"), ALLOWED)
def test_what_the_table_allows_breaks_none(importer: str, imported: str) -> None:
    assert broken_by(importer, imported) == []


def test_every_contract_is_broken_by_some_plant() -> None:
    broken = {name for pair in FORBIDDEN for name in broken_by(*pair)}
    assert broken == {contract.name for contract in contracts()}


def test_every_module_is_under_a_contract_or_part_of_the_composition() -> None:
    rooms = contracts()
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    free = {
        module
        for module in graph.modules
        if module not in PACKAGES and not any(contract.holds_for(module) for contract in rooms)
    }
    astray = {
        module
        for module in free
        if not (ROOT / "kiosk" / f"{module.removeprefix('kiosk.')}.py").is_file()
        and not any(is_in(module, package) for package in COMPOSITION)
    }
    assert astray == set(), "a new room needs a contract in pyproject.toml"


def test_codecs_without_ports_are_found_where_they_are() -> None:
    """Every protocol.py of a driver is under the contract that forbids ports and clocks."""
    pure = next(contract for contract in contracts() if contract.name.startswith("protocols and codecs"))
    found = [path for path in (ROOT / "drivers").rglob("protocol.py") if "emulators" not in path.parts]
    assert found
    for path in found:
        assert pure.holds_for(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_the_command_itself_sees_a_planted_import(tmp_path: Path) -> None:
    for name in (*PACKAGES, "tests/house"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    def lint() -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert lint().returncode == 0
    with (tmp_path / "drivers/payment/zvt/protocol.py").open("a", encoding="utf-8") as file:
        file.write("\nimport time\n")
    planted = lint()
    assert planted.returncode == 1
    assert "drivers.payment.zvt.protocol may not import time" in planted.stdout
