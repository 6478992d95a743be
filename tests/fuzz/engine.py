"""One process that fuzzes some targets, each in a child of its own. Owns atheris and what takes its place.

atheris instruments modules while they are imported, so this process imports nothing of ours before; a child inherits
what has been instrumented once. libFuzzer ends its process, hence the children.

Where atheris has no build (it has one for x86_64 Linux), the same inputs are damaged by a seeded chance instead.
"""

import argparse
import hashlib
import importlib
import importlib.util
import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.target import Target

atheris = importlib.import_module("atheris") if importlib.util.find_spec("atheris") else None

GUIDES = ["kiosk", "drivers", "receipts", "register", "tomllib"]
"""Modules whose branches guide the inputs."""
INPUT_S_MAX = 20
"""One input may take so long on a busy machine; what takes longer grows faster than its input."""
MEMORY_MB_MAX = 2048
"""Of a whole process, imports included."""
CRASHED = 77
CONTENT_SHOWN_MAX = 600
_FIGURES = re.compile(r"#(\d+)\s.*?cov: (\d+) ft: (\d+) corp: (\d+)")
_DONE = re.compile(r"Done (\d+) runs")


def main() -> int:
    """One JSON line a target on stdout: name, guided, runs, cov, features, corpus, cpu_s, crash, content (hex)."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.engine")
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--runs", type=int, default=0, help="0: each target's own share")
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="crashing inputs and logs")
    arguments = parser.parse_args()
    targets, corpus_of = _load(oracles=not any(name.startswith("emulated-") for name in arguments.targets))
    found_crash = False
    for name in arguments.targets:
        target = targets[name]
        runs = arguments.runs or (0 if arguments.seconds else target.runs)
        folder: Path = arguments.out / name
        folder.mkdir(parents=True, exist_ok=True)
        seeds = [seed for _, seed in corpus_of(target)]
        work = partial(_fuzz, target, seeds, folder, runs, arguments.seconds, arguments.seed)
        status, cpu_s = _in_child(work, folder)
        told = _figures(folder, status) | {"name": name, "cpu_s": round(cpu_s, 1)}
        found_crash |= bool(told["crash"])
        print(json.dumps(told), flush=True)
    return int(found_crash)


def _load(*, oracles: bool) -> "tuple[dict[str, Target], Callable[[Target], list[tuple[str, bytes]]]]":
    """``oracles``: the emulators only say what is right; their own paths are no guide."""
    if atheris is None:
        from tests.fuzz.catalog import TARGETS, corpus_of

        return TARGETS, corpus_of
    with atheris.instrument_imports(include=GUIDES, exclude=["drivers.emulators"] if oracles else []):
        from tests.fuzz.catalog import TARGETS, corpus_of
    return TARGETS, corpus_of


def _in_child(work: Callable[[], None], folder: Path) -> tuple[int, float]:
    """Exit code and processor seconds of ``work`` in a child whose output is ``folder``/log."""
    child = os.fork()
    if child:
        _, status, used = os.wait4(child, 0)
        return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    status = CRASHED
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - the parent reads the log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _fuzz(target: "Target", seeds: list[bytes], folder: Path, runs: int, seconds: int, seed: int) -> None:
    if atheris is None:
        _damage(target, seeds, folder, runs, seconds, seed)
        return
    kept = folder / "seeds"
    kept.mkdir(exist_ok=True)
    for number, content in enumerate(seeds):
        (kept / f"{number:04d}").write_bytes(content[: target.bytes_max])
    options = {
        "runs": runs or -1,
        "max_total_time": seconds,
        "seed": seed,
        "max_len": target.bytes_max,
        "timeout": INPUT_S_MAX,
        "rss_limit_mb": MEMORY_MB_MAX,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 0,
        "use_value_profile": 0,
    }
    words = ["fuzz", *(f"-{name}={value}" for name, value in options.items()), str(kept)]
    atheris.Setup(words, _keeping(target.check, folder), enable_python_coverage=True)
    atheris.Fuzz()


def _keeping(check: Callable[[bytes], None], folder: Path) -> Callable[[bytes], None]:
    """``check``, with the input that breaks it kept in a file."""

    def kept(content: bytes) -> None:
        try:
            check(content)
        except BaseException:
            (folder / f"crash-{hashlib.sha256(content).hexdigest()[:16]}.bin").write_bytes(content)
            raise

    return kept


def _damage(target: "Target", seeds: list[bytes], folder: Path, runs: int, seconds: int, seed: int) -> None:
    """The same number of inputs, damaged one after the other: no coverage guides them."""
    from tests.unit.drivers.damage import MUTATIONS

    chance, until_s, count = Random(seed), time.monotonic() + seconds, 0
    check = _keeping(target.check, folder)
    while count < runs or time.monotonic() < until_s:
        content = chance.choice(seeds)
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            content = chance.choice(MUTATIONS)(chance, content or b"\0", seeds)
        check(content[: target.bytes_max])
        count += 1
    print(f"Done {count} runs")


def _figures(folder: Path, status: int) -> dict[str, object]:
    log = (folder / "log").read_text("utf-8", "replace")
    crash = next(iter(sorted(folder.glob("*-*"))), None)
    figures = _FIGURES.findall(log)
    runs = _DONE.findall(log)
    _, cov, features, corpus = map(int, figures[-1]) if figures else (0, 0, 0, 0)
    return {
        "guided": atheris is not None,
        "runs": int(runs[-1]) if runs else int(figures[-1][0]) if figures else 0,
        "cov": cov,
        "features": features,
        "corpus": corpus,
        "crash": str(crash or ("" if status == 0 else folder / "log")),
        "content": crash.read_bytes()[:CONTENT_SHOWN_MAX].hex() if crash else "",
    }


if __name__ == "__main__":
    sys.exit(main())
