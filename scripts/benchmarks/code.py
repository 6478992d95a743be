"""Payment codes: made and read, drawn, and refused. Owns the figures beside library code doing the nearest to it."""

import binascii
import io
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import qrcode

from drivers.codes import emv, jpqr
from drivers.codes.jpqr import Store, StoreCode
from drivers.codes.refusal import CodeError
from receipts.qr import QUIET_MODULES, qr_modules
from receipts.qr_form import PAYMENT
from receipts.render import symbol

STORE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"), "9399", "TOYOTA CITY HALL", "TOYOTA", "4718501", "市民課"
)
PAIRS, ROUNDS, DRAWN = 2000, 9, 15
MODULE_PX = 8
GOAL_PAIRS_S = 20_000
GOAL_DRAWN = 1.1
HOSTILE_CHARACTERS = 4096
GOAL_HOSTILE = 3.0
"""A code has at most three times the characters of the one it is measured beside."""


def run() -> list[dict[str, Any]]:
    """Four rows: EMV and JPQR there and back, a payload as PNG, and the worst of the hostile texts."""
    issued = jpqr.encode_static(STORE)
    return [_emv_row(issued), _jpqr_row(issued), _png_row(issued.payload), _hostile_row(issued.payload)]


def _emv_row(issued: jpqr.JpqrCode) -> dict[str, Any]:
    content, plain = issued.emv.content, dict(issued.emv.fields)
    ours_s = _seconds(lambda: emv.decode(emv.encode(content).payload))
    bare_s = _seconds(lambda: json.loads(_sealed(json.dumps(plain))))
    return _pairs_row("code: EMV encoded and decoded", ours_s, bare_s, goal=GOAL_PAIRS_S)


def _jpqr_row(issued: jpqr.JpqrCode) -> dict[str, Any]:
    plain = dict(issued.emv.fields)
    ours_s = _seconds(lambda: jpqr.decode(jpqr.with_amount(issued, amount_yen=300).payload))
    bare_s = _seconds(lambda: json.loads(_sealed(json.dumps(plain))))
    return _pairs_row("code: JPQR given an amount and decoded, typed", ours_s, bare_s, goal=None)


def _sealed(text: str) -> str:
    binascii.crc_hqx(text.encode(), 0xFFFF)
    return text


def _pairs_row(name: str, ours_s: float, bare_s: float, *, goal: int | None) -> dict[str, Any]:
    rate, bare = 1 / ours_s, 1 / bare_s
    return {
        "name": name,
        "value": round(rate),
        "unit": "pairs/s",
        "yardstick": "json.dumps, CRC and json.loads of the same tags",
        "yardstick_value": round(bare),
        "ratio": round(rate / bare, 3),
        "goal": goal,
        "goal_on": "value",
        "better": "more",
        "met": None if goal is None else rate >= goal,
    }


def _png_row(payload: str) -> dict[str, Any]:
    ours_s = _seconds(lambda: symbol.png(qr_modules(payload, PAYMENT), MODULE_PX), DRAWN)
    bare_s = _seconds(lambda: _drawn_by_library(payload), DRAWN)
    return {
        "name": "code: payload to PNG",
        "value": round(1000 * ours_s, 2),
        "unit": "ms",
        "yardstick": "the qrcode library, same bytes, level and pixels",
        "yardstick_value": round(1000 * bare_s, 2),
        "ratio": round(ours_s / bare_s, 2),
        "goal": GOAL_DRAWN,
        "goal_on": "ratio",
        "better": "less",
        "met": ours_s <= GOAL_DRAWN * bare_s,
    }


def _drawn_by_library(payload: str) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=MODULE_PX, border=QUIET_MODULES)
    code.add_data(payload.encode(), optimize=0)
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image().save(out, "PNG")
    return out.getvalue()


def _hostile_row(payload: str) -> dict[str, Any]:
    nested = "26"
    while len(nested) < emv.CHARACTERS_MAX - 8:
        nested += "9500010226"
    texts = {
        "4,096 digits": "0" * HOSTILE_CHARACTERS,
        "4,096 tags": ("0001" + "01" * HOSTILE_CHARACTERS)[:HOSTILE_CHARACTERS],
        "512 characters of tags": ("000201" + "".join(f"{tag:02}01x" for tag in range(2, 52)) * 2)[:512],
        "512 characters, one value long": "000201" + "0299" + "x" * 502,
        "512 characters of templates": ("000201" + nested)[:512],
        "512 characters of Japanese": ("000201" + "6499" + "市" * 502)[:512],
        "a code cut before its check characters": payload[:-4],
    }
    bare_s = _seconds(lambda: emv.decode(payload))
    worst_s, worst = max((_seconds(partial(_refused, text)), name) for name, text in texts.items())
    return {
        "name": f"code: the slowest hostile text ({worst})",
        "value": round(1e6 * worst_s, 1),
        "unit": "us",
        "yardstick": f"a genuine code of {len(payload)} characters decoded",
        "yardstick_value": round(1e6 * bare_s, 1),
        "ratio": round(worst_s / bare_s, 2),
        "goal": GOAL_HOSTILE,
        "goal_on": "ratio",
        "better": "less",
        "met": worst_s <= GOAL_HOSTILE * bare_s,
    }


def _refused(text: str) -> None:
    try:
        emv.decode(text)
    except CodeError:
        return
    raise AssertionError("a hostile text was taken")


def _seconds(work: Callable[[], object], count: int = PAIRS) -> float:
    """Processor time of one, the median of rounds: this is about the work, whoever else works on the machine."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(count):
            work()
        rounds.append((time.process_time() - began) / count)
    return statistics.median(rounds)
