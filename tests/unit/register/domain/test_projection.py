"""When money counts, and that no yen of it is lost on the way."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Abandoned,
    Approved,
    Declined,
    DeviceResult,
    NotCharged,
    OperationKind,
    OutcomeUnknown,
    Requested,
    ResolvedCharged,
    SaleLine,
)
from kiosk.domain.record import FreeSale, OperationEvent
from kiosk.domain.tax import TaxClass, TaxTotal
from kiosk.domain.tender import TenderKind
from register.domain.entries import FlagRule, read_entry
from register.domain.projection import FREE, Projection, share_taxes
from tests.unit.register.kiosk_side import DAY, EXEMPT, STANDARD, KioskSide, prepared, sale_line

REDUCED = TaxClass("reduced", "8%", 8, reduced=True)


def fold(side: KioskSide) -> Projection:
    projection = Projection(side.epoch)
    for each in side.entries:
        projection.take(read_entry(each.canonical, kiosk_id="k1", epoch=1, seq=each.seq, prev_hash=each.prev_hash))
    return projection


def test_a_sale_counts_when_the_device_approves_it() -> None:
    side = KioskSide()
    body = prepared(1)
    side.add(body, OperationEvent(body.operation_id, Requested(1)))
    assert fold(side).facts == []
    side.add(OperationEvent(body.operation_id, Approved(body.amount_yen, DeviceResult(brand="JCB"))))
    (fact,) = fold(side).facts
    assert (fact.seq, fact.line, fact.kind, fact.amount_yen, fact.quantity) == (3, 1, "sale", 600, 2)
    assert (fact.account_code, fact.tender, fact.brand) == ("0101", "credit", "JCB")


def test_a_sale_in_doubt_counts_when_a_person_finds_that_money_moved() -> None:
    side = KioskSide()
    body = side.sell(1, doubt=True)
    assert fold(side).facts == []
    side.add(OperationEvent(body.operation_id, ResolvedCharged("slip", DeviceResult())))
    assert [fact.amount_yen for fact in fold(side).facts] == [600]


def test_what_was_not_charged_never_counts() -> None:
    side = KioskSide()
    declined, abandoned, in_doubt = prepared(1), prepared(2), prepared(3)
    side.add(
        declined,
        OperationEvent(declined.operation_id, Requested(1)),
        OperationEvent(declined.operation_id, Declined("no")),
        abandoned,
        OperationEvent(abandoned.operation_id, Abandoned("cancel")),
        in_doubt,
        OperationEvent(in_doubt.operation_id, Requested(2)),
        OperationEvent(in_doubt.operation_id, OutcomeUnknown("?")),
        OperationEvent(in_doubt.operation_id, NotCharged("inquiry")),
    )
    projection = fold(side)
    assert projection.facts == []
    assert projection.flags == []


def test_an_approval_out_of_the_blue_is_flagged_and_counts_nothing() -> None:
    side = KioskSide()
    side.add(OperationEvent(prepared(9).operation_id, Approved(Yen(600), DeviceResult())))
    projection = fold(side)
    assert projection.facts == []
    assert [flag.rule for flag in projection.flags] == [FlagRule.ILLEGAL_STEP]


def test_an_altered_amount_and_a_second_approval_are_flagged() -> None:
    side = KioskSide()
    body = side.sell(1)
    side.add(OperationEvent(body.operation_id, Approved(body.amount_yen, DeviceResult())))
    other = prepared(2)
    side.add(
        other,
        OperationEvent(other.operation_id, Requested(2)),
        OperationEvent(other.operation_id, Approved(Yen(999), DeviceResult())),
    )
    projection = fold(side)
    assert [fact.amount_yen for fact in projection.facts] == [600]
    assert [flag.rule for flag in projection.flags] == [FlagRule.ILLEGAL_STEP] * 2


def test_a_second_intent_of_the_same_identity_is_flagged() -> None:
    side = KioskSide()
    side.sell(1)
    side.add(prepared(1, amount_yen=1))
    assert [flag.rule for flag in fold(side).flags] == [FlagRule.ILLEGAL_STEP]


def test_yen_the_lines_do_not_explain_stand_in_sight() -> None:
    side = KioskSide()
    side.sell(1, amount_yen=1000)
    projection = fold(side)
    assert sum(fact.amount_yen for fact in projection.facts) == 1000
    assert [fact.amount_yen for fact in projection.facts if fact.account_code == ""] == [400]
    assert [flag.rule for flag in projection.flags] == [FlagRule.SUM_MISMATCH]


def test_a_zero_yen_sale_counts_quantity_and_what_was_exempted() -> None:
    side = KioskSide()
    line = sale_line(amount_yen=600, quantity=2)
    side.add(FreeSale(prepared(1).sale_id, (line,), "A1", "生活保護"))
    (fact,) = fold(side).facts
    assert (fact.kind, fact.quantity, fact.amount_yen, fact.exempted_yen) == (FREE, 2, 0, 600)


def test_a_close_that_states_what_is_held_raises_no_flag() -> None:
    side = KioskSide()
    side.open_day()
    side.sell()
    side.sell(kind=OperationKind.VOID)
    side.sell(tender=TenderKind.CASH)
    side.close_day({TenderKind.CREDIT: 0, TenderKind.CASH: 600})
    projection = fold(side)
    assert projection.flags == []
    assert projection.days == {DAY: len(side.entries)}


def test_a_close_that_states_another_total_is_flagged() -> None:
    side = KioskSide()
    side.open_day()
    side.sell()
    side.close_day({TenderKind.CREDIT: 500})
    (flag,) = fold(side).flags
    assert flag.rule == FlagRule.DAY_TOTALS
    assert "500 stated, 600 held" in flag.detail


lines = st.lists(
    st.builds(
        lambda amount_yen, tax: sale_line(amount_yen=amount_yen, quantity=1, tax=tax),
        st.integers(0, 5000),
        st.sampled_from([EXEMPT, STANDARD, REDUCED]),
    ),
    min_size=1,
    max_size=12,
).map(tuple)


@given(lines=lines)
def test_every_yen_of_tax_lands_on_one_line_of_its_class(lines: tuple[SaleLine, ...]) -> None:
    taxes = prepared(1, lines=lines).taxes
    shares, unplaced_yen = share_taxes(lines, taxes)
    assert unplaced_yen == 0
    for tax in taxes:
        of_class = [share for share, line in zip(shares, lines, strict=True) if line.tax == tax.tax]
        assert sum(of_class) == tax.tax_yen
    assert all(0 <= share <= line.amount_yen for share, line in zip(shares, lines, strict=True))


def test_tax_of_a_class_no_line_has_is_not_lost() -> None:
    shares, unplaced_yen = share_taxes((sale_line(),), (TaxTotal(STANDARD, Yen(100), Yen(9)),))
    assert (shares, unplaced_yen) == ([0], 9)
