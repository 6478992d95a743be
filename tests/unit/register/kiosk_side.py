"""A kiosk as the register sees it: chained records, a real key, signed submissions."""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from kiosk.domain.batch import LINE_END, Purpose, Statement, key_id_of
from kiosk.domain.books import Entry
from kiosk.domain.ids import OperationId, PaymentId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Approved,
    DeviceResult,
    OperationKind,
    OutcomeUnknown,
    Prepared,
    Requested,
    SaleLine,
)
from kiosk.domain.record import (
    GENESIS_HASH,
    Actor,
    Body,
    DayClosed,
    DayOpened,
    Draft,
    Header,
    OperationEvent,
    TenderTotal,
    chain_hash,
    kind_of,
    seal,
)
from kiosk.domain.tax import TaxClass, tax_totals
from kiosk.domain.tender import TenderKind
from register.domain.clock import iso_of, unix_ms_of
from register.domain.submission import Submission
from register.services.enroll import Enrolled, enroll, issue_code

DAY = date(2026, 11, 23)
NOW_MS = 1_795_400_000_000
CLERK = Actor("yamada", "山田 花子", "出納員")
EXEMPT = TaxClass("exempt", "非課税", None)
STANDARD = TaxClass("standard", "10%", 10)


def now_ms() -> int:
    return NOW_MS


def sale_line(
    *,
    amount_yen: int = 600,
    quantity: int = 2,
    account: str = "0101",
    ownership: str = "revenue",
    tax: TaxClass = EXEMPT,
    name: str = "住民票の写し",
) -> SaleLine:
    return SaleLine(
        item_code="J01",
        name=name,
        quantity=quantity,
        unit_price_yen=Yen(amount_yen // quantity),
        amount_yen=Yen(amount_yen),
        tax=tax,
        account_code=account,
        account_path=("一般会計", "使用料及び手数料"),
        department="市民課",
        ownership=ownership,
        category="証明書",
        fiscal_year=2026,
    )


def prepared(
    number: int | str,
    *,
    lines: tuple[SaleLine, ...] | None = None,
    kind: OperationKind = OperationKind.SALE,
    tender: TenderKind = TenderKind.CREDIT,
    tender_name: str = "クレジットカード",
    day: date = DAY,
    amount_yen: int | None = None,
) -> Prepared:
    """An intent whose amount is the sum of its lines unless told otherwise."""
    sold = (sale_line(),) if lines is None else lines
    taxes = tax_totals((line.tax, line.amount_yen) for line in sold)
    total_yen = sum(line.amount_yen for line in sold) if amount_yen is None else amount_yen
    return Prepared(
        sale_id=SaleId(f"sale-{number}"),
        payment_id=PaymentId(f"payment-{number}"),
        operation_id=OperationId(f"operation-{number}"),
        operation_kind=kind,
        business_date=day,
        tender=tender,
        tender_name=tender_name,
        trustee_name="例示カード株式会社",
        device="terminal",
        amount_yen=Yen(total_yen),
        lines=sold,
        taxes=taxes,
    )


@dataclass
class KioskSide:
    """One kiosk's journal in memory and the key it signs with."""

    kiosk_id: str = "k1"
    epoch: int = 1
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    entries: list[Entry] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def public_key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_key)

    @property
    def head_hash(self) -> bytes:
        return self.entries[-1].hash if self.entries else GENESIS_HASH

    def add(self, *bodies: Body, day: date | None = DAY) -> None:
        for body in bodies:
            seq = len(self.entries) + 1
            header = Header(
                kiosk_id=self.kiosk_id,
                epoch=self.epoch,
                seq=seq,
                kind=kind_of(body),
                at=iso_of(NOW_MS),
                monotonic_ms=seq,
                boot_id="boot",
                business_date=day,
                actor=CLERK,
                master_version="2026-11-01",
            )
            record = seal(Draft(body, day, CLERK, "2026-11-01"), header, self.head_hash)
            self.entries.append(Entry(self.epoch, seq, record.prev_hash, record.hash, record.canonical))

    def add_bytes(self, canonical: bytes) -> None:
        """Whatever bytes, properly chained."""
        prev_hash = self.head_hash
        self.entries.append(
            Entry(self.epoch, len(self.entries) + 1, prev_hash, chain_hash(prev_hash, canonical), canonical)
        )

    def sell(self, number: int | str | None = None, *, doubt: bool = False, **intent: Any) -> Prepared:
        """Intent, request and approval; or, in doubt, none."""
        body = prepared(next(self._numbers) if number is None else number, **intent)
        outcome = OutcomeUnknown("line lost") if doubt else Approved(body.amount_yen, DeviceResult(brand="VISA"))
        self.add(
            body,
            OperationEvent(body.operation_id, Requested(1)),
            OperationEvent(body.operation_id, outcome),
            day=body.business_date,
        )
        return body

    def with_sales(self, count: int) -> list[Entry]:
        """Its entries after so many sales."""
        for _ in range(count):
            self.sell()
        return self.entries

    def open_day(self, day: date = DAY) -> None:
        self.add(DayOpened(), day=day)

    def close_day(self, totals: dict[TenderKind, int], day: date = DAY) -> None:
        stated = tuple(TenderTotal(tender, 1, Yen(amount_yen)) for tender, amount_yen in totals.items())
        self.add(DayClosed(1, len(self.entries) + 1, stated), day=day)

    def batch(self, first: int = 1, last: int | None = None) -> Submission:
        """Entries ``first`` to ``last`` (all from there), signed."""
        return self.submit(self.entries[first - 1 : last])

    def submit(self, entries: Sequence[Entry], *, sent_at: str | None = None) -> Submission:
        body = b"".join(entry.canonical + LINE_END for entry in entries)
        return self.sign(
            Purpose.JOURNAL, body, first_seq=entries[0].seq, prev_hash=entries[0].prev_hash, sent_at=sent_at
        )

    def sign(
        self,
        purpose: Purpose,
        body: bytes,
        *,
        first_seq: int = 0,
        prev_hash: bytes = b"",
        sent_at: str | None = None,
    ) -> Submission:
        moment = sent_at or iso_of(NOW_MS)
        statement = Statement(
            purpose=purpose,
            kiosk_id=self.kiosk_id,
            epoch=self.epoch,
            first_seq=first_seq,
            prev_hash=prev_hash.hex(),
            body_sha256=hashlib.sha256(body).hexdigest(),
            sent_at=moment,
        )
        return Submission(
            purpose=purpose,
            kiosk_id=self.kiosk_id,
            epoch=self.epoch,
            first_seq=first_seq,
            prev_hash=prev_hash,
            sent_at=moment,
            sent_ms=unix_ms_of(moment),
            key_id=self.key_id,
            signature=self.private.sign(statement.signing_bytes()),
            body=body,
        )

    def forked(self, count: int) -> "KioskSide":
        """The same kiosk and key with the first ``count`` entries: a backup restored."""
        return replace(self, entries=self.entries[:count], _numbers=itertools.count(1000))

    def enroll_at(self, engine: Engine, *, new_epoch: bool = False) -> Enrolled:
        code = issue_code(
            engine,
            self.kiosk_id,
            counter_code="101",
            counter_name="市民課",
            new_epoch=new_epoch,
            now_ms=now_ms,
            random_bytes=_random_bytes,
        )
        enrolled = enroll(engine, code=code, kiosk_id=self.kiosk_id, public_key=self.public_key, now_ms=now_ms)
        assert isinstance(enrolled, Enrolled)
        self.epoch = enrolled.epoch
        return enrolled


_CODES = itertools.count(1)


def _random_bytes(count: int) -> bytes:
    return hashlib.sha256(str(next(_CODES)).encode()).digest()[:count]
