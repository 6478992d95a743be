"""Whose rule for 処理未了 holds on a day."""

from datetime import date

from kiosk.domain.unfinished import Treatment, UnfinishedRule, rule_for

OLD = UnfinishedRule("WAON", Treatment.SALE, date(2024, 4, 1))
NEW = UnfinishedRule("WAON", Treatment.NEXT_TOUCH, date(2026, 10, 1), 55)


def test_the_newest_rule_that_has_begun_holds_in_any_case_of_its_brand() -> None:
    rules = (NEW, OLD, UnfinishedRule("iD", Treatment.NOT_CONCLUDED, date(2024, 4, 1)))
    assert rule_for(rules, "WAON", date(2026, 9, 30)) == OLD
    assert rule_for(rules, "waon", date(2026, 10, 1)) == NEW


def test_a_brand_nobody_has_a_rule_for_waits_for_a_person() -> None:
    assert rule_for((OLD,), "PiTaPa", date(2026, 1, 1)).treatment is Treatment.PERSON
    assert rule_for((OLD,), "WAON", date(2024, 3, 31)) == UnfinishedRule("WAON", Treatment.PERSON)


def test_the_last_day_of_an_inquiry() -> None:
    assert NEW.inquire_by(date(2026, 11, 25)) == date(2027, 1, 19)
    assert OLD.inquire_by(date(2026, 11, 25)) is None
