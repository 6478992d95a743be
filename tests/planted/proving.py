"""Runs the tests of one bug in a process of its own. Owns what counts as caught; refuses tests that merely break.

The processes are forked from one that has imported the libraries and nothing of ours: what a bug costs is its tests.
"""

import contextlib
import io
import multiprocessing
import os
import queue
import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

import pytest
from hypothesis import Phase, settings

from tests.planted.bug import ROOT, Bug, Ground, UprootedError

PROOF_S_MAX = 600.0
"""A bug may make a test wait for ever; on a machine that does ten things at once all tests together take minutes."""
LIBRARIES = ("pytest", "hypothesis", "PySide6.QtTest", "psycopg", "requests", "qrcode")
LIBRARIES_OF_BOOKS = ("sqlalchemy", "sqlalchemy.dialects.sqlite", "pysqlite3.dbapi2", "alembic.command", "cryptography")
"""What is imported once for all bugs: nothing of ours, and nothing that starts a thread."""
PLUGINS = ("no:cacheprovider", "pytestqt.plugin", "_hypothesis_pytestplugin")
"""Besides pytest's own. The others are for whole runs."""
LENIENT = ("-W", "ignore::pytest.PytestUnraisableExceptionWarning")
"""What a failed test leaves open is closed late, and is not what it failed for."""
ONE_DATABASE = ("-k", "not postgresql")
"""A server for each bug would cost more than all of its tests; the bugs are in what both databases share."""
OURS = ("kiosk.", "drivers.", "receipts.", "register.")


@dataclass(slots=True)
class Proof:
    """How the tests ended; ``problem`` is the first thing that is neither a pass nor a verdict of the test."""

    failed: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    problem: str = ""
    cpu_s: float = 0.0
    """What it cost of one core, with the processes its tests started."""


def prove(bug: Bug) -> Proof:
    """Run the bug's tests with the bug in place. ``problem`` is empty when every one of them says no."""
    proof = run_tests(bug.caught_by, bug)
    blind = [test for test in bug.caught_by if test not in proof.failed]
    if blind and not proof.problem:
        proof.problem = f"not caught by {', '.join(blind)}"
    return proof


def run_tests(tests: Sequence[str], bug: Bug | None = None) -> Proof:
    """Run ``tests`` in a fresh process, with ``bug`` or as the source stands."""
    context = _forks()
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(tuple(tests), bug, sending))
    process.start()
    sending.close()
    proof = Proof(problem=f"no verdict within {PROOF_S_MAX:.0f} s")
    try:
        if receiving.poll(PROOF_S_MAX):
            proof = receiving.recv()
    except EOFError:
        proof = Proof(problem="the process died before its verdict")
    finally:
        receiving.close()
        process.kill()
        process.join()
        process.close()
    return proof


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*LIBRARIES, *LIBRARIES_OF_BOOKS])
    return context


def _run(tests: Sequence[str], bug: Bug | None, sending: "Connection[Proof, object]") -> None:
    """In the new process."""
    proof = Proof()
    try:
        ground = Ground(bug) if bug else None
        if ground:
            sys.meta_path.insert(0, ground)
        os.chdir(ROOT)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        plugins = [word for name in PLUGINS for word in ("-p", name)]
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = pytest.main(["-q", "--tb=no", *LENIENT, *ONE_DATABASE, *plugins, *tests], plugins=[_Verdicts(proof)])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            proof.problem = proof.problem or f"pytest ended with {code}: {said.getvalue().strip().splitlines()[-1:]}"
        elif ground and not ground.grown:
            proof.problem = f"its tests never import {ground.bug.module}"
    except UprootedError as error:
        proof.problem = str(error)
    proof.cpu_s = sum(os.times()[:4])
    sending.send(proof)


class _Verdicts:
    """A pytest plugin that keeps how each test ended."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """The same examples in every run, none kept: a planted bug's would be tried again on the sound product."""
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("planted", settings(), derandomize=True, database=None, phases=phases)
        settings.load_profile("planted")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: "pytest.CallInfo[None]"
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        test = item.nodeid.partition("[")[0]
        if call.excinfo is None:
            if call.when == "call":
                self._proof.passed.add(test)
        elif call.when == "call" and _is_verdict(call.excinfo.value):
            self._proof.failed.add(test)
        elif call.when != "teardown" or test not in self._proof.failed:
            self._proof.problem = self._proof.problem or f"{item.nodeid}: {call.excinfo.exconly()}"
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._proof.problem = self._proof.problem or f"{report.nodeid}: {str(report.longrepr).splitlines()[-1]}"


def _is_verdict(error: BaseException) -> bool:
    """An assert, something waited for in vain, or an error of ours; no nonsense in the planted line."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(_is_verdict, error.exceptions))
    is_ours = type(error).__module__.startswith(OURS)
    return is_ours or isinstance(error, AssertionError | pytest.fail.Exception | queue.Empty)
