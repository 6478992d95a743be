"""The kit under pytest: ``pytest -p drivers.conformance.plugin --device my.module:ADAPTER``. Owns option, tests, table.

Given ``--device`` and no path, the kit's own tests run and nothing else; each is one scene with one kind of fault.
"""

import importlib
import sys
from pathlib import Path

import pytest

from drivers.conformance.adapter import Adapter
from drivers.conformance.sweep import SHOWN_MAX, Group, Report, Sweep

PROMISES = Path(__file__).with_name("promises.py")
"""The tests that are run: one function, made as many times as there are groups."""
_SWEEP = pytest.StashKey[Sweep]()
_REPORT = pytest.StashKey[Report]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("payment device conformance").addoption(
        "--device", metavar="MODULE:NAME", help="the conformance adapter to run the kit on"
    )


def pytest_configure(config: pytest.Config) -> None:
    named = config.getoption("--device")
    if named is None:
        return
    adapter = load_adapter(str(named))
    config.stash[_SWEEP] = Sweep(adapter)
    config.stash[_REPORT] = Report(adapter.name)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(PROMISES)]


def load_adapter(named: str) -> Adapter:
    """``module:name`` to the adapter. Raises pytest.UsageError: one line, what and where."""
    module_name, _, name = named.partition(":")
    if not module_name or not name:
        raise pytest.UsageError(f"--device {named}: write MODULE:NAME, such as my_driver.kit:ADAPTER")
    if "" not in sys.path:
        sys.path.insert(0, "")  # the vendor's folder, as python -m would have it
    try:
        adapter = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(f"--device {named}: {error}") from error
    if not isinstance(adapter, Adapter):
        raise pytest.UsageError(f"--device {named}: not a drivers.conformance.adapter.Adapter")
    return adapter


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    sweep = metafunc.config.stash.get(_SWEEP, None)
    if "conformance_group" in metafunc.fixturenames:
        groups = [] if sweep is None else list(sweep.groups())
        metafunc.parametrize("conformance_group", groups, ids=str)


@pytest.fixture
def broken_promises(request: pytest.FixtureRequest, conformance_group: Group) -> list[str]:
    """Runs one group on the device; what it broke, the first of each check."""
    report = request.config.stash[_SWEEP].run(conformance_group)
    request.config.stash[_REPORT].merge(report)
    first = {violation.check: str(violation) for violation in reversed(report.violations)}
    return [*first.values(), *report.cut_short][:SHOWN_MAX]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    report = config.stash.get(_REPORT, None)
    if report is not None:
        terminalreporter.section(f"conformance of {report.name}: fault by outcome")
        for line in report.table():
            terminalreporter.write_line(line)
