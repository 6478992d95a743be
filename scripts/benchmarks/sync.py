"""Journal entries per second into PostgreSQL over HTTP, signature and chain checked. Beside a bare COPY of the rows."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from kiosk.clock import CityClock
from kiosk.domain.batch import BATCH_ENTRIES_MAX
from kiosk.domain.books import Entry
from kiosk.domain.ids import DocumentId, OperationId, PaymentId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Approved,
    DeviceResult,
    OperationKind,
    Prepared,
    Reported,
    Requested,
    SaleLine,
)
from kiosk.domain.record import Actor, Body, DocumentIssued, DocumentPrinted, Draft, OperationEvent
from kiosk.domain.tax import TaxClass, TaxTotal
from kiosk.domain.tender import TenderKind
from kiosk.journal.store import SqliteJournal
from kiosk.sync.client import RegisterClient
from kiosk.sync.enroll import enroll
from kiosk.sync.push import Pushed, push_once
from tests.postgres import running

KIOSKS = 4
"""Each has one batch in flight, as every kiosk does."""
SALES = 700
"""Per kiosk; each makes six entries, three lines among them."""
GOAL_PER_S = 5000
REGISTER = "import sys; from register.cli import main; sys.exit(main())"
DAY = date(2026, 11, 23)
CLERK = Actor("yamada", "山田 花子", "出納員")
EXEMPT = TaxClass("exempt", "非課税", None)
LINE = SaleLine(
    item_code="J01",
    name="住民票の写し",
    quantity=1,
    unit_price_yen=Yen(300),
    amount_yen=Yen(300),
    tax=EXEMPT,
    account_code="1-14-02-01-01",
    account_path=("一般会計", "使用料及び手数料", "手数料", "総務手数料", "戸籍住民基本台帳手数料"),
    department="市民課",
    ownership="revenue",
    category="証明書",
    fiscal_year=2026,
)


def run() -> list[dict[str, Any]]:
    """One row of the bench table."""
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as folder, running(durable=True) as server:
        root = Path(folder)
        url = server.new_database()
        with _register(url) as address:
            kiosks = [_kiosk(root / f"k{number}", f"k{number}", url, address) for number in range(KIOSKS)]
            count, elapsed_s = _push_all(kiosks)
        rows = [entry for journal, _ in kiosks for entry in _all_entries(journal)]
        for journal, client in kiosks:
            client.close()
            journal.close()
        _check(url, len(rows))
        bare_s = _bare_copy(server.new_database(), rows)
    value, yardstick = count / elapsed_s, len(rows) / bare_s
    return [
        {
            "name": "sync",
            "value": round(value),
            "unit": "entries/s",
            "yardstick": "bare COPY of the same rows, one commit per 200",
            "yardstick_value": round(yardstick),
            "ratio": round(value / yardstick, 3),
            "goal": GOAL_PER_S,
            "goal_on": "value",
            "better": "more",
            "met": value >= GOAL_PER_S,
        }
    ]


@contextmanager
def _register(url: str) -> Iterator[str]:
    command = [sys.executable, "-c", REGISTER, "serve", "--db", url, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def _kiosk(folder: Path, kiosk_id: str, url: str, address: str) -> tuple[SqliteJournal, RegisterClient]:
    command = [sys.executable, "-c", REGISTER, "enroll", "--db", url, "--kiosk", kiosk_id]
    code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    enrolment, key = enroll(url=address, code=code, kiosk_id=kiosk_id, directory=folder)
    clock = CityClock()
    journal = SqliteJournal(folder / "journal", kiosk_id=kiosk_id, clock=clock, epoch=enrolment.epoch)
    for number in range(1, SALES + 1):
        journal.append(*(Draft(body, DAY, CLERK, "2026-11-01") for body in _sale(kiosk_id, number)))
    return journal, RegisterClient(enrolment, key, now_iso=clock.now_iso)


def _sale(kiosk_id: str, serial: int) -> Iterator[Body]:
    number = f"{kiosk_id}-{serial:030}"
    operation_id = OperationId(f"o{number}")
    lines = tuple(replace(LINE, item_code=f"J{place:02}") for place in range(3))
    total_yen = Yen(900)
    result = DeviceResult("VISA", "1234", "123456", "00012", "T1234567", "000012", "20261123101502")
    yield Prepared(
        sale_id=SaleId(f"s{number}"),
        payment_id=PaymentId(f"p{number}"),
        operation_id=operation_id,
        operation_kind=OperationKind.SALE,
        business_date=DAY,
        tender=TenderKind.CREDIT,
        tender_name="クレジットカード",
        trustee_name="例示カード株式会社",
        device="terminal",
        amount_yen=total_yen,
        lines=lines,
        taxes=(TaxTotal(EXEMPT, total_yen, Yen(0)),),
    )
    yield OperationEvent(operation_id, Requested(serial))
    yield OperationEvent(operation_id, Reported(True, total_yen, result))  # noqa: FBT003 - the record's own field order
    yield OperationEvent(operation_id, Approved(total_yen, result))
    document_id = DocumentId(f"d{number}")
    yield DocumentIssued(
        document_id, SaleId(f"s{number}"), "usage_slip", "U2026", serial, f"U2026-{serial:06}", 0, "ab" * 32
    )
    yield DocumentPrinted(document_id, "printed")


def _push_all(kiosks: list[tuple[SqliteJournal, RegisterClient]]) -> tuple[int, float]:
    counts = [0] * len(kiosks)

    def push(place: int) -> None:
        journal, client = kiosks[place]
        while True:
            result = push_once(journal, client)
            assert isinstance(result, Pushed), result
            counts[place] += result.count
            if not result.more:
                return

    threads = [threading.Thread(target=push, args=(place,)) for place in range(len(kiosks))]
    began_s = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), time.perf_counter() - began_s


def _all_entries(journal: SqliteJournal) -> Iterator[Entry]:
    seq = 0
    while found := journal.entries_after(seq, count_max=10_000, bytes_max=2**30):
        yield from found
        seq = found[-1].seq


def _check(url: str, expected: int) -> None:
    """What was measured must be there."""
    with psycopg.connect(url) as connection:
        held = connection.execute("SELECT count(*), sum(octet_length(canonical)) FROM journal").fetchone()
        assert held is not None
        assert held[0] == expected, (held, expected)
        sold = connection.execute("SELECT sum(amount_yen) FROM sale_fact").fetchone()
        assert sold == (KIOSKS * SALES * 900,), sold


def _bare_copy(url: str, entries: list[Entry]) -> float:
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE bare (kiosk_id text, epoch int, seq int8, kind text, business_date date,"
            " canonical bytea, hash bytea, received_ms int8)"
        )
        connection.execute("CREATE UNIQUE INDEX ON bare (kiosk_id, epoch, seq, hash)")
        connection.commit()
        began_s = time.perf_counter()
        for start in range(0, len(entries), BATCH_ENTRIES_MAX):
            with (
                connection.cursor() as cursor,
                cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy,
            ):
                copy.set_types(["text", "int4", "int8", "text", "date", "bytea", "bytea", "int8"])
                for entry in entries[start : start + BATCH_ENTRIES_MAX]:
                    copy.write_row(("k", entry.epoch, entry.seq, "kind", DAY, entry.canonical, entry.hash, 0))
            connection.commit()
        return time.perf_counter() - began_s
