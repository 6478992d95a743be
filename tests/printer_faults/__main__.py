"""Run every trial, write the table: ``python -m tests.printer_faults``. Exit 1 when a job's word and paper differ."""

import sys

from tests.printer_faults.table import PAGE, page_with
from tests.printer_faults.trials import counted


def main() -> int:
    table, wrong = counted()
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    if wrong:
        return 1
    PAGE.write_text(page_with(table, PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
