"""Bytes and time of one municipal receipt of thirty lines with a QR. Owns the figures beside plain text encoding."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from kiosk.paths import CONFIG
from receipts.compose import compose_sale
from receipts.paper import parse_paper_profile
from receipts.render import escpos, text
from receipts.sample import sample_sale

ROUNDS = 300
GOAL_BYTES, GOAL_MS = 1600, 1.0
PAPER = "emulated-80mm.toml"


def run() -> list[dict[str, Any]]:
    """Two rows: size on the wire, and time to compose and render."""
    paper = parse_paper_profile((CONFIG / "printers" / PAPER).read_text("utf-8"), PAPER)
    sale = sample_sale()
    document = compose_sale(sale)
    size = len(escpos.render(document, paper))
    plain = text.render(document, paper.columns)
    bare = len(plain.encode("cp932", "replace"))
    took_ms = _median_ms(lambda: escpos.render(compose_sale(sale), paper))
    encode_ms = _median_ms(lambda: plain.encode("cp932", "replace"))
    lines = len(plain.splitlines())
    return [
        _row(
            f"receipt: bytes of {lines} lines with QR", size, "bytes", ("its text in CP932, padded", bare), GOAL_BYTES
        ),
        _row("receipt: compose and render", took_ms, "ms", ("encoding its text", encode_ms), GOAL_MS),
    ]


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _row(name: str, value: float, unit: str, yardstick: tuple[str, float], goal: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "yardstick": yardstick[0],
        "yardstick_value": round(yardstick[1], 4),
        "ratio": round(value / yardstick[1], 2),
        "goal": goal,
        "goal_on": "value",
        "better": "less",
        "met": value <= goal,
    }
