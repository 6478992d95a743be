"""The four books of a local site, each read from its own keeper, and the yen in each. Trusts none for another."""

import csv
import io
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.clock import CityClock
from kiosk.journal import commands
from kiosk.local.site import SiteError, SitePaths, run_register


@dataclass(frozen=True, slots=True)
class Books:
    """Net yen charged, as each keeper has it."""

    terminal_yen: int
    journal_yen: int
    register_yen: int
    settlement_yen: int

    @property
    def equal(self) -> bool:
        return self.terminal_yen == self.journal_yen == self.register_yen == self.settlement_yen


def collect(paths: SitePaths, out: Path, sales: int) -> Books:
    """Copy every book into ``out`` and sum it. Raises SiteError."""
    today = CityClock().today().isoformat()
    with (out / "journal.jsonl").open("wb") as journal:
        commands.export(paths.kiosk, journal)
    register = run_register(paths, "export", "--kiosk", _kiosk_id(out / "journal.jsonl"))
    (out / "register.jsonl").write_text(register, "utf-8")
    settlement = run_register(paths, "settle", "--date", today, "--format", "csv")
    (out / "settlement.csv").write_text(settlement, "utf-8", newline="")
    shutil.copyfile(paths.terminal_ledger, out / "terminal-ledger.jsonl")
    shutil.copyfile(paths.display_pictures, out / "display.jsonl")
    _copy_paper(paths.paper, out, sales)
    return Books(
        terminal_yen=_ledger_yen(_lines(out / "terminal-ledger.jsonl")),
        journal_yen=_journal_yen(line["record"] for line in _lines(out / "journal.jsonl")),
        register_yen=_journal_yen(_lines(out / "register.jsonl")),
        settlement_yen=_settlement_yen(settlement),
    )


def _copy_paper(paper: Path, out: Path, sales: int) -> None:
    """Slips keep their numbers; what was printed after them is the close report."""
    for path in sorted(paper.glob("receipt-*.*")):
        number = int(path.stem.removeprefix("receipt-"))
        name = path.name if number <= sales else f"close-report{path.suffix}"
        shutil.copyfile(path, out / name)
    for number in range(1, sales + 1):
        if not (out / f"receipt-{number}.png").exists():
            raise SiteError(f"receipt {number} did not come out of the printer")


def _kiosk_id(journal: Path) -> str:
    first = next(iter(_lines(journal)))
    return str(first["record"]["header"]["kiosk_id"])


def _ledger_yen(lines: Iterable[dict[str, Any]]) -> int:
    """What the terminal took less what it gave back; its own end of day moves no money."""
    signs = {"sale": 1, "reversal": -1, "void": -1, "refund": -1}
    return sum(signs.get(line["kind"], 0) * line["amount_yen"] for line in lines)


def _journal_yen(records: Iterable[dict[str, Any]]) -> int:
    """Sales approved, less voids and refunds, from the records alone."""
    kinds: dict[str, str] = {}
    amounts: dict[str, int] = {}
    total_yen = 0
    for record in records:
        kind, body = record["header"]["kind"], record["body"]
        if kind == "operation_prepared":
            kinds[body["operation_id"]] = body["operation_kind"]
            amounts[body["operation_id"]] = body["amount_yen"]
        elif kind in ("operation_approved", "operation_resolved_charged"):
            sign = 1 if kinds[body["operation_id"]] == "sale" else -1
            total_yen += sign * amounts[body["operation_id"]]
    return total_yen


def _settlement_yen(text: str) -> int:
    """The detail rows' net amounts; a total row must say the same."""
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    detail = sum(int(row["差引額_円"]) for row in rows if row["行種別"] == "明細")
    total = sum(int(row["差引額_円"]) for row in rows if row["行種別"] == "合計")
    if detail != total:
        raise SiteError(f"the settlement's rows make {detail} yen and its totals {total}")
    return detail


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
