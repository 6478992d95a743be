"""``python -m tests.register_load``: PostgreSQL stopped again and again under kiosks that push; no yen lost."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.postgres import running
from tests.register_load.storm import FLAWS, LATE_BY_DEFAULT, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.register_load", description=__doc__)
    parser.add_argument("--stops", type=int, default=100, help="times PostgreSQL is stopped or killed (default 100)")
    parser.add_argument("--kiosks", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flaw", choices=sorted(FLAWS), default="", help="break the register: the storm must notice")
    arguments = parser.parse_args()
    os.environ["PGOPTIONS"] = LATE_BY_DEFAULT
    with tempfile.TemporaryDirectory(prefix="register-load-") as folder, running(durable=True) as server:
        outcome = run(
            Path(folder),
            server,
            stops=arguments.stops,
            kiosks=arguments.kiosks,
            seed=arguments.seed,
            flaw=arguments.flaw,
        )
    print(outcome.line())
    print(dict(outcome.results))
    for fault in outcome.faults:
        print(f"  {fault}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
