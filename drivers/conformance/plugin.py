"""The kit under pytest: ``pytest -p drivers.conformance.plugin --device my.module:ADAPTER``. Owns option, tests, table.

Given ``--device`` and no path, the kit's own tests run and nothing else; each is one scene with one kind of fault.
"""

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.conformance.adapter import Adapter
from drivers.conformance.report import Report, hits_by_driver
from drivers.conformance.sweep import SHOWN_MAX, Group, Sweep

PROMISES = Path(__file__).with_name("promises.py")
"""The tests that are run: one function, made as many times as there are groups."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One device of the command line, and what has been seen of it."""

    sweep: Sweep
    report: Report


_BENCHES = pytest.StashKey[list[Bench]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("payment device conformance").addoption(
        "--device",
        metavar="MODULE:NAME",
        action="append",
        default=[],
        help="the conformance adapter to run the kit on; may be given several times",
    )


def pytest_configure(config: pytest.Config) -> None:
    adapters = [load_adapter(str(named)) for named in config.getoption("--device")]
    config.stash[_BENCHES] = [Bench(Sweep(adapter), Report(adapter.name)) for adapter in adapters]
    if adapters and config.args_source is not pytest.Config.ArgsSource.ARGS:
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
    if "conformance_group" in metafunc.fixturenames:
        benches = metafunc.config.stash[_BENCHES]
        groups = [(bench, group) for bench in benches for group in bench.sweep.groups()]
        ids = [f"{bench.report.name}-{group}" for bench, group in groups]
        metafunc.parametrize("conformance_group", groups, ids=ids)


@pytest.fixture
def broken_promises(conformance_group: tuple[Bench, Group]) -> list[str]:
    """Runs one group on the device; what it broke, the first of each check."""
    bench, group = conformance_group
    report = bench.sweep.run(group)
    bench.report.merge(report)
    first = {violation.check: str(violation) for violation in reversed(report.violations)}
    return [*first.values(), *report.cut_short][:SHOWN_MAX]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    benches = config.stash[_BENCHES]
    reports = [bench.report for bench in benches]
    for bench in benches:
        report = bench.report
        for operation in report.operations():
            terminalreporter.section(f"conformance of {report.name}, {operation}: fault by outcome")
            for line in report.table(operation):
                terminalreporter.write_line(line)
        for line in [*report.remarks(), *(f"not tested: {text}" for text in bench.sweep.untested())]:
            terminalreporter.write_line(line)
    if len(reports) > 1:
        terminalreporter.section("conformance: fault by driver, how often each struck")
        for line in hits_by_driver(reports):
            terminalreporter.write_line(line)
