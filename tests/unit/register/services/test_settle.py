"""A settled day equals what the kiosks' journals say, per account and tender, to the yen."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from kiosk.domain.operation import OperationKind
from kiosk.domain.record import FreeSale
from kiosk.domain.tender import TenderKind
from register.domain.refusal import Unusable
from register.domain.settlement import Completeness
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.settle import settle
from register.services.verify import verify
from tests.unit.register.kiosk_side import DAY, EXEMPT, STANDARD, KioskSide, now_ms, prepared, sale_line

SIGN = {OperationKind.SALE: 1, OperationKind.VOID: -1, OperationKind.REFUND: -1}


def push(engine: Engine, side: KioskSide, start: int = 1) -> None:
    for first in range(start, len(side.entries) + 1, 200):
        assert isinstance(accept_batch(engine, side.batch(first, first + 199), now_ms), Acknowledged)


@pytest.mark.parametrize("seed", range(4))
def test_settlement_equals_the_sum_of_the_journals(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    expected: Counter[tuple[str, str, str]] = Counter()
    tax_yen = in_doubt = 0
    for name in ("k1", "k2"):
        side = KioskSide(name)
        side.enroll_at(engine)
        for _ in range(40):
            lines = tuple(
                sale_line(
                    amount_yen=chance.randrange(0, 3000),
                    quantity=1,
                    account=chance.choice(["0101", "0202"]),
                    ownership=chance.choice(["revenue", "deposit"]),
                    tax=chance.choice([EXEMPT, STANDARD]),
                )
                for _ in range(chance.randrange(1, 5))
            )
            kind = chance.choice(list(OperationKind))
            day = chance.choice([DAY, DAY - timedelta(1)])
            doubt = chance.random() < 0.2
            body = side.sell(
                lines=lines, kind=kind, tender=chance.choice(list(TenderKind)), tender_name="", day=day, doubt=doubt
            )
            if day != DAY:
                continue
            if doubt:
                in_doubt += 1
                continue
            tax_yen += SIGN[kind] * sum(tax.tax_yen for tax in body.taxes)
            for line in lines:
                expected[line.ownership, line.account_code, body.tender] += SIGN[kind] * line.amount_yen
        push(engine, side)
    settled = settle(engine, DAY)
    found: Counter[tuple[str, str, str]] = Counter()
    for row in settled.rows:
        found[row.ownership, row.account_code, row.tender] += row.figures.net_yen
    assert {key: yen for key, yen in found.items() if yen} == {key: yen for key, yen in expected.items() if yen}
    assert settled.total_yen == expected.total()
    assert settled.city_yen == sum(yen for key, yen in expected.items() if key[0] == "revenue")
    assert sum(row.figures.tax_yen for row in settled.rows) == tax_yen
    assert settled.in_doubt_count == in_doubt
    assert sum(settle(engine, DAY, kiosk_id=each).total_yen for each in ("k1", "k2")) == settled.total_yen
    assert verify(engine).problems == ()


def test_figures_of_each_kind_stand_in_their_own_column(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell(lines=(sale_line(), sale_line(amount_yen=0, quantity=3)))
    kiosk.sell()
    kiosk.sell(kind=OperationKind.VOID)
    kiosk.sell(kind=OperationKind.REFUND, lines=(sale_line(amount_yen=300, quantity=1),))
    kiosk.add(FreeSale(prepared("free").sale_id, (sale_line(amount_yen=600, quantity=2),), "A1", "生活保護"))
    push(engine, kiosk)
    paid, free = settle(engine, DAY).rows
    figures = paid.figures
    assert (paid.tender, figures.count, figures.quantity, figures.amount_yen) == ("credit", 2, 7, 1200)
    assert (figures.void_count, figures.void_yen, figures.refund_count, figures.refund_yen) == (1, 600, 1, 300)
    assert (figures.net_yen, figures.free_quantity) == (300, 3)
    assert (free.tender, free.figures.free_quantity, free.figures.exempted_yen) == ("free", 2, 600)
    assert free.figures.net_yen == 0


def test_only_revenue_enters_the_city_figure(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    kiosk.sell(lines=(sale_line(amount_yen=5000, quantity=1, ownership="operator_fee"),))
    push(engine, kiosk)
    settled = settle(engine, DAY)
    assert (settled.city_yen, settled.total_yen) == (600, 5600)
    assert [ownership for ownership, _ in settled.totals()] == ["revenue", "operator_fee"]


def test_a_day_is_complete_when_its_close_has_arrived(engine: Engine, kiosk: KioskSide) -> None:
    assert settle(engine, DAY).kiosk_days[0].completeness is Completeness.NOTHING
    kiosk.open_day()
    kiosk.sell()
    push(engine, kiosk)
    still_open = settle(engine, DAY)
    assert (still_open.kiosk_days[0].completeness, still_open.is_complete) == (Completeness.OPEN, False)
    kiosk.close_day({TenderKind.CREDIT: 600})
    push(engine, kiosk, 5)
    closed = settle(engine, DAY)
    assert (closed.kiosk_days[0].completeness, closed.is_complete) == (Completeness.COMPLETE, True)


def test_a_day_whose_close_states_other_totals_is_not_complete(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.open_day()
    kiosk.sell()
    push(engine, kiosk)
    kiosk.close_day({TenderKind.CREDIT: 601})
    push(engine, kiosk, 5)
    settled = settle(engine, DAY)
    assert (settled.exception_count, settled.is_complete) == (1, False)


def test_a_day_in_doubt_is_not_complete(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell(doubt=True)
    push(engine, kiosk)
    settled = settle(engine, DAY)
    assert (settled.total_yen, settled.in_doubt_count, settled.is_complete) == (0, 1, False)


def test_a_day_nobody_sold_on_settles_to_nothing(engine: Engine, kiosk: KioskSide) -> None:
    settled = settle(engine, date(2020, 1, 1))
    assert (settled.rows, settled.total_yen, settled.is_complete) == ((), 0, True)
    assert kiosk.kiosk_id == settled.kiosk_days[0].kiosk_id


def test_an_unknown_kiosk_is_said_to_be_unknown(engine: Engine) -> None:
    with pytest.raises(Unusable, match="no such kiosk"):
        settle(engine, DAY, kiosk_id="k77")
