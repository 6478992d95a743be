"""``python -m tests.fuzz``: fuzz one parser, or all of them. Owns arguments, the table and the exit code.

    python -m tests.fuzz --all --seconds 60          coverage-guided, a minute a target
    python -m tests.fuzz zvt-frames --runs 1000000
    python -m tests.fuzz zvt-frames out/fuzz/zvt-frames/crash-….bin     show what an input does

Exit 1 when an input broke a promise; it is kept, and the line that replays it is printed.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.cli import OneLineParser
from tests.fuzz.catalog import CORPUS, GROUPS, TARGETS

FINE, BROKEN, BAD_INPUT = 0, 1, 2
SECONDS = 60
OUT = Path("out/fuzz")
ENVIRONMENT = {"PYTHONHASHSEED": "0"}
"""Coverage must not depend on the order of a set."""


def main() -> int:
    parser = _parser()
    arguments = parser.parse_args()
    if arguments.all is bool(arguments.target):
        parser.error("name one target, or --all")
    if arguments.file:
        TARGETS[arguments.target].check(arguments.file.read_bytes())
        print(f"{arguments.target}: nothing is broken by {arguments.file}")
        return FINE
    names = [target.name for group in GROUPS.values() for target in group] if arguments.all else [arguments.target]
    seconds = arguments.seconds or (0 if arguments.runs else SECONDS)
    broken = runs = 0
    how = ""
    print(
        f"{'target':20} {'inputs':>12} {'edges':>6} {'features':>8} {'corpus':>6} {'cpu s':>7}  broken by", flush=True
    )
    for told in fuzz(names, runs=arguments.runs, seconds=seconds, seed=arguments.seed, out=arguments.out):
        how = "coverage-guided" if told["guided"] else "damaged by chance: atheris has no build for this machine"
        runs += told["runs"]
        broken += bool(told["crash"])
        figures = f"{told['runs']:12,} {told['cov']:6} {told['features']:8} {told['corpus']:6} {told['cpu_s']:7}"
        print(f"{told['name']:20} {figures}  {told['crash'] or '-'}", flush=True)
        if told["crash"]:
            print(f"  replay: python -m tests.fuzz {told['name']} {told['crash']}")
            print(f"  once it is mended, keep it: cp {told['crash']} {CORPUS.relative_to(Path.cwd())}/{told['name']}/")
    verdict = "FUZZ BROKEN" if broken else "FUZZ OK"
    print(f"{verdict} targets={len(names)} inputs={runs:,} broken={broken} seed={arguments.seed} ({how})")
    return BROKEN if broken else FINE


def fuzz(names: list[str], *, runs: int = 0, seconds: int = 0, seed: int = 1, out: Path) -> Iterator[dict[str, Any]]:
    """Figures of each target as it ends. ``runs`` and ``seconds`` 0: each target's own share."""
    words = ["--runs", runs, "--seconds", seconds, "--seed", seed, "--out", out]
    command = [sys.executable, "-m", "tests.fuzz.engine", *names, *map(str, words)]
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / "engine.log").open("wb") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | ENVIRONMENT
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode not in (FINE, BROKEN):
        raise RuntimeError(f"the engine ended with {process.returncode}: {out / 'engine.log'}")


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=sorted(TARGETS), metavar="TARGET")
    parser.add_argument("file", nargs="?", type=Path, help="an input to show to the target")
    parser.add_argument("--all", action="store_true", help="every target, one after the other")
    parser.add_argument("--runs", type=int, default=0, help="inputs a target")
    parser.add_argument("--seconds", type=int, default=0, help=f"time a target (default {SECONDS})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT, help=f"logs and breaking inputs (default {OUT})")
    return parser


if __name__ == "__main__":
    sys.exit(main())
