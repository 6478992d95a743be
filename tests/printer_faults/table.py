"""The table printer fault x outcome as docs/printer-faults.md has it. Owns its words; refuses to run a trial."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.printer_faults.trials import Ending

PAGE = Path(__file__).parents[2] / "docs" / "printer-faults.md"
BEGIN, END = "<!-- trials: generated -->", "<!-- trials: end -->"
STANDS = "stands still until it is mended"
_NOBODY_WAITS = "stops nothing that a person could mend"
CANNOT: dict[str, dict[Ending, str]] = {
    **{row: {Ending.PRINTED: STANDS} for row in ("paper_end", "cover_open", "cutter", "offline", "overheated")},
    **{
        row: {Ending.PRINTED: "prints no more", Ending.KEPT: "nobody at the counter mends it"}
        for row in ("unrecoverable", "power_off")
    },
    "silent": {Ending.PRINTED: "says nothing of what it prints", Ending.KEPT: "says nothing that could be mended"},
    **{
        row: {Ending.KEPT: _NOBODY_WAITS, Ending.FAILED: "is known only when the job is on its way"}
        for row in ("no_completion", "wrong_completion")
    },
    "garbage": dict.fromkeys((Ending.KEPT, Ending.UNKNOWN, Ending.FAILED), "strays are told apart from replies"),
    "unplug": dict.fromkeys((Ending.PRINTED, Ending.KEPT, Ending.FAILED), "the way to the printer is lost in mid-job"),
    **{
        row: dict.fromkeys((Ending.KEPT, Ending.UNKNOWN, Ending.FAILED), "nothing is wrong")
        for row in ("none", "small_buffer")
    },
    "never_tells": dict.fromkeys((Ending.PRINTED, Ending.KEPT, Ending.FAILED), "prints, and cannot say so"),
    **{
        row: dict.fromkeys((Ending.PRINTED, Ending.KEPT, Ending.UNKNOWN), "no byte leaves")
        for row in ("port_missing", "journal_full")
    },
}
"""Endings a row cannot have, and why; every other cell must have been reached."""
NAMES = {
    "paper_end": "paper out",
    "cover_open": "cover open",
    "cutter": "cutter jammed",
    "offline": "offline",
    "overheated": "head too hot",
    "unrecoverable": "unrecoverable error",
    "silent": "silent",
    "no_completion": "completion never told",
    "wrong_completion": "another job's completion told",
    "garbage": "stray status bytes",
    "unplug": "cable pulled",
    "power_off": "switched off",
    "none": "no fault",
    "small_buffer": "45-byte buffer, XON/XOFF",
    "never_tells": "a model that never tells",
    "port_missing": "port missing",
    "journal_full": "journal takes no intent",
}


def lines_of(table: Mapping[str, Counter[Ending]]) -> list[str]:
    """The table in Markdown; an ending that cannot be has its reason."""
    rows = ["| | printed | kept, then printed | unknown | failed |", "|---|---|---|---|---|"]
    for row, counts in table.items():
        cannot = CANNOT[row]
        cells, said = [], ""
        for ending in Ending:
            why = cannot.get(ending, "")
            cells.append((f"– {why}" if why != said else "–") if why else str(counts[ending]))
            said = why
        rows.append(f"| {NAMES[row]} | {' | '.join(cells)} |")
    total = sum(sum(counts.values()) for counts in table.values())
    rows += ["", f"{total} trials, 0 of them against their paper."]
    return rows


def page_with(table: Mapping[str, Counter[Ending]], page: str) -> str:
    """The page with this table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join((before + BEGIN, *lines_of(table), END + after))
