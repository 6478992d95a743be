"""How long a sale takes to become durable. Owns the journal's figure beside raw sqlite3 doing equal work."""

import hashlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.domain.codec import to_plain
from kiosk.domain.ids import DocumentId, OperationId, PaymentId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Approved,
    DeviceBaseline,
    DeviceResult,
    OperationKind,
    Prepared,
    Requested,
    SaleLine,
)
from kiosk.domain.record import (
    DOMAIN_TAG,
    GENESIS_HASH,
    Actor,
    Body,
    DocumentIssued,
    Draft,
    Header,
    OperationEvent,
    kind_of,
    plain_body,
)
from kiosk.domain.tax import TaxClass, TaxTotal
from kiosk.domain.tender import TenderKind
from kiosk.journal.clock import SystemClock
from kiosk.journal.database import Session, load_driver, set_pragmas
from kiosk.journal.read_models import create_read_models
from kiosk.journal.schema import create_lasting
from kiosk.journal.store import SqliteJournal

SALES_PER_ROUND = 40
ROUNDS = 7
"""Interleaved with the yardstick, so that a disk that slows down slows both."""
GOAL_RATIO = 1.6

DAY = date(2026, 11, 23)
CLERK = Actor("c01", "山田 花子", "現金取扱員")
_TAX = TaxClass("exempt", "非課税", None)
_LINES = tuple(
    SaleLine(
        item_code=code,
        name=name,
        quantity=quantity,
        unit_price_yen=Yen(300),
        amount_yen=Yen(300 * quantity),
        tax=_TAX,
        account_code="0100",
        account_path=("一般会計", "使用料及び手数料", "手数料", "総務手数料"),
        department="市民課",
        ownership="revenue",
        category="証明書",
        fiscal_year=2026,
    )
    for code, name, quantity in (
        ("1001", "住民票の写し", 2),
        ("1002", "印鑑登録証明書", 1),
        ("1003", "戸籍の附票の写し", 1),
    )
)
_AMOUNT = Yen(1_200)


def sale_bodies(n: int) -> tuple[Body, Body, Body, Body]:
    """Intent, request, approval and document of the n-th sale."""
    operation_id = OperationId(f"01890a5d-ac96-774b-8000-{n:012x}")
    sale_id = SaleId(f"01890a5d-ac96-774b-9000-{n:012x}")
    result = DeviceResult("VISA", "1234", f"{n:06}", f"{n:05}", "T0000001", f"{n:06}", "2026-11-23T10:15:02")
    known = DeviceBaseline("T0000001", f"{n - 1:05}", f"{n - 1:06}")
    prepared = Prepared(
        sale_id=sale_id,
        payment_id=PaymentId(f"01890a5d-ac96-774b-a000-{n:012x}"),
        operation_id=operation_id,
        operation_kind=OperationKind.SALE,
        business_date=DAY,
        tender=TenderKind.CREDIT,
        tender_name="クレジットカード",
        trustee_name="指定納付受託者 例示カード株式会社",
        device="terminal",
        amount_yen=_AMOUNT,
        lines=_LINES,
        taxes=(TaxTotal(_TAX, _AMOUNT, Yen(0)),),
    )
    document_id = DocumentId(f"01890a5d-ac96-774b-b000-{n:012x}")
    printed = f"0101-U2026-{n:06}"
    digest = hashlib.sha256(printed.encode()).hexdigest()
    return (
        prepared,
        OperationEvent(operation_id, Requested(n, known)),
        OperationEvent(operation_id, Approved(_AMOUNT, result)),
        DocumentIssued(document_id, sale_id, "usage_slip", "U2026", n, printed, 0, digest),
    )


class RawStore:
    """The yardstick: the same rows, pragmas, canonical JSON, hashes and head file, written by hand without checks."""

    def __init__(self, directory: Path) -> None:
        self._connection = load_driver().connect(directory / "raw.db")
        set_pragmas(self._connection, writer=True)
        create_lasting(self._connection)
        create_read_models(Session(self._connection))
        self._head_file = os.open(directory / "raw.head", os.O_RDWR | os.O_CREAT)
        os.write(self._head_file, bytes(8192))
        os.fsync(self._head_file)
        self._seq = 0
        self._hash = GENESIS_HASH

    def record(self, plain: dict[str, Any], change: Callable[[Any, dict[str, Any], int], None]) -> None:
        """Commit one entry and what it changes in the read models."""
        connection = self._connection
        seq = self._seq = self._seq + 1
        plain["header"]["seq"] = seq
        canonical = json.dumps(
            plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        ).encode()
        previous, self._hash = self._hash, hashlib.sha256(DOMAIN_TAG + self._hash + canonical).digest()
        connection.execute("BEGIN IMMEDIATE")
        row = ("k0001", 1, seq, 1, plain["header"]["kind"], canonical, previous, self._hash)
        connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        change(connection, plain["body"], seq)
        connection.commit()
        slot = self._hash + seq.to_bytes(8) + hashlib.sha256(self._hash).digest()
        os.pwrite(self._head_file, slot, seq % 2 * 4096)
        os.fdatasync(self._head_file)

    def close(self) -> None:
        self._connection.close()
        os.close(self._head_file)


def _raw_prepared(connection: Any, body: dict[str, Any], seq: int) -> None:
    sale = (body["sale_id"], 1, seq, body["business_date"], body["amount_yen"], 0)
    connection.execute("INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", sale)
    connection.execute(
        "INSERT INTO operation VALUES (?, ?, 1, ?, 'sale', ?, ?, 'terminal', ?, 'prepared', 1, 0, NULL, NULL, '', '',"
        " NULL, 0, 0)",
        (body["operation_id"], body["sale_id"], seq, body["business_date"], body["tender"], body["amount_yen"]),
    )


def _raw_requested(connection: Any, body: dict[str, Any], seq: int) -> None:
    del seq
    connection.execute(
        "UPDATE operation SET state = 'requested', sequence_number = ?, baseline = ? WHERE operation_id = ?",
        (body["sequence_number"], json.dumps(body["baseline"]), body["operation_id"]),
    )
    connection.execute(
        "INSERT INTO counter VALUES ('sequence_number', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (body["sequence_number"],),
    )


def _raw_numbers(connection: Any, sale_id: str, seq: int, numbers: tuple[str, ...]) -> None:
    for number in numbers:
        connection.execute("INSERT INTO sale_number VALUES (?, 1, ?, ?)", (number, seq, sale_id))


def _raw_approved(connection: Any, body: dict[str, Any], seq: int) -> None:
    result = body["result"]
    (sale_id,) = connection.execute(
        "SELECT sale_id FROM operation WHERE operation_id = ?", (body["operation_id"],)
    ).fetchone()
    numbers = (result["slip_number"].lstrip("0"), result["approval_code"].lstrip("0"), result["card_last4"])
    _raw_numbers(connection, sale_id, seq, tuple(dict.fromkeys(numbers)))
    connection.execute(
        "UPDATE operation SET state = 'approved', unsettled = 0, result = ? WHERE operation_id = ?",
        (json.dumps(result), body["operation_id"]),
    )
    connection.execute(
        "INSERT INTO baseline VALUES ('terminal', ?, ?, ?) ON CONFLICT (device) DO UPDATE SET"
        " terminal_id = excluded.terminal_id, slip_number = excluded.slip_number,"
        " transaction_number = excluded.transaction_number",
        (result["terminal_id"], result["slip_number"], result["transaction_number"]),
    )


def _raw_issued(connection: Any, body: dict[str, Any], seq: int) -> None:
    connection.execute(
        "INSERT INTO counter VALUES ('serial:U2026', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (body["serial"],),
    )
    connection.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, 0, 'queued', '')",
        (body["document_id"], body["sale_id"], seq, DAY.isoformat(), body["kind"], body["serial_number"]),
    )
    _raw_numbers(connection, body["sale_id"], seq, (body["serial_number"].replace("-", ""), str(body["serial"])))


_RAW_CHANGES = (_raw_prepared, _raw_requested, _raw_approved, _raw_issued)


def _plain(body: Body) -> dict[str, Any]:
    header = Header("k0001", 1, 1, kind_of(body), "2026-11-23T10:15:02.123+09:00", 1, "b" * 36, DAY, CLERK, "m1")
    return {"header": to_plain(header), "body": plain_body(body)}


def _raw_round_ms(raw: RawStore, first: int) -> list[float]:
    took_ms = []
    for n in range(first, first + SALES_PER_ROUND):
        plains = [_plain(body) for body in sale_bodies(n)]
        started = time.perf_counter()
        for plain, change in zip(plains, _RAW_CHANGES, strict=True):
            raw.record(plain, change)
        took_ms.append((time.perf_counter() - started) * 1000)
    return took_ms


def _journal_round_ms(journal: SqliteJournal, first: int) -> list[float]:
    took_ms = []
    for n in range(first, first + SALES_PER_ROUND):
        bodies = sale_bodies(n)
        started = time.perf_counter()
        for body in bodies:
            journal.append(Draft(body, DAY, CLERK, "m1"))
        took_ms.append((time.perf_counter() - started) * 1000)
    return took_ms


def run() -> list[dict[str, object]]:
    """Rows for scripts/bench: the median of all sales of all rounds, four commits to a sale."""
    ours_ms: list[float] = []
    raw_ms: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        raw = RawStore(directory)
        with SqliteJournal(directory / "journal", kiosk_id="k0001", clock=SystemClock()) as journal:
            for first in range(1, ROUNDS * SALES_PER_ROUND, SALES_PER_ROUND):
                raw_ms += _raw_round_ms(raw, first)
                ours_ms += _journal_round_ms(journal, first)
        raw.close()
    value, yardstick = statistics.median(ours_ms), statistics.median(raw_ms)
    ratio = value / yardstick
    return [
        {
            "name": "journal: durable sale of 3 lines, 4 commits",
            "value": round(value, 3),
            "unit": "ms",
            "yardstick": "raw sqlite3, same rows, pragmas, hashes and head file",
            "yardstick_value": round(yardstick, 3),
            "ratio": round(ratio, 3),
            "goal": GOAL_RATIO,
            "goal_on": "ratio",
            "better": "less",
            "met": ratio <= GOAL_RATIO,
        }
    ]
