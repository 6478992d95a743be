"""``scripts/bench``: every figure beside its yardstick, measured in the same run. Owns the table; measures nothing."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

NAMES = ("journal", "start", "charge", "receipt", "reply", "sync", "wire", "code", "simulate")


def main() -> int:
    """Run the chosen figures; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--only", choices=NAMES)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name in (arguments.only,) if arguments.only else NAMES:
        for row in importlib.import_module(f"scripts.benchmarks.{name}").run():
            rows.append(row)
            sys.stdout.write(_line(row) + "\n")
            sys.stdout.flush()
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0 if all(row["met"] in (True, None) for row in rows) else 1


def _line(row: dict[str, Any]) -> str:
    mark = {True: "met", False: "MISSED", None: "-"}[row["met"]]
    beside = f"{row['yardstick']}: {row['yardstick_value']} {row['unit']}" if row["yardstick"] else "no yardstick"
    return (
        f"{row['name']}: {row['value']} {row['unit']}, ratio {row['ratio']} to [{beside}]; "
        f"goal {row['goal']} on {row['goal_on']}: {mark}"
    )


if __name__ == "__main__":
    sys.exit(main())
