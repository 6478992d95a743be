"""``register verify``: the store or an exported file, and a day's paper against it. Owns the output, no verdict."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from kiosk.domain import checkpoint_words
from kiosk.domain.checkpoint import Checkpoint, CheckpointError, read_paper
from kiosk.domain.checkpoint_check import Finding
from register.domain.refusal import Unusable
from register.services import verify_words
from register.services.verify import Problem, Verdict, verify
from register.services.verify_export import LINE_BYTES_MAX, ExportVerdict, verify_export
from register.services.verify_paper import verify_paper
from register.store.engine import using_store


def run_verify(arguments: argparse.Namespace) -> bool:
    """Print every problem and finding; whether all is well. Raises Unusable."""
    wanted = _read_paper(arguments.checkpoint) if arguments.checkpoint is not None else None
    verdict: Verdict | ExportVerdict
    findings: tuple[Finding, ...] = ()
    if arguments.export is not None:
        verdict, findings = _verify_file(arguments.export, wanted)
        summary = verify_words.export_summary(verdict, arguments.language)
    else:
        with using_store(arguments.db) as engine:
            if wanted is None:
                verdict = verify(engine, arguments.kiosk)
            else:
                verdict, findings = verify_paper(engine, wanted, arguments.kiosk)
        summary = verify_words.summary(verdict, arguments.language)
    _print(arguments, verdict.found, summary, findings)
    return not verdict.found and all(finding.ok for finding in findings)


def _read_paper(given: str) -> Checkpoint | str:
    """Raises Unusable."""
    try:
        return read_paper(given, sys.stdin, lambda name: Path(name).open(encoding="utf-8"))
    except CheckpointError as error:
        raise Unusable(str(error)) from error


def _verify_file(path: Path, wanted: Checkpoint | str | None) -> tuple[ExportVerdict, tuple[Finding, ...]]:
    try:
        with path.open("rb") as file:
            return verify_export(iter(lambda: file.readline(LINE_BYTES_MAX + 1), b""), wanted)
    except OSError as error:
        raise Unusable(f"--export {path}: cannot be read: {error.strerror}") from error


def _print(
    arguments: argparse.Namespace, problems: Iterable[Problem], summary: str, findings: tuple[Finding, ...]
) -> None:
    language = arguments.language
    told = [verify_words.told(problem, language) for problem in problems]
    paper = [checkpoint_words.told(finding, language) for finding in findings]
    if arguments.json:
        lines = [
            json.dumps(each, ensure_ascii=False) for each in (*told, {"check": "summary", "detail": summary}, *paper)
        ]
    else:
        lines = [f"PROBLEM {each['kiosk']}: {each['detail']}\n    → {each['next']}" for each in told]
        lines += [summary, *(checkpoint_words.line(each, language) for each in paper)]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
