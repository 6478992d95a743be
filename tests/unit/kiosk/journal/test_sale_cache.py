"""A remembered sale is never older than what its reader sees, and never newer."""

from datetime import date

from kiosk.domain.books import SaleRow
from kiosk.domain.ids import SaleId
from kiosk.domain.money import Yen
from kiosk.domain.payment import Standing
from kiosk.domain.record import SYSTEM
from kiosk.journal.sale_cache import SALES_MAX, SaleCache


def sale(sale_id: str, amount_yen: int = 100) -> SaleRow:
    return SaleRow(
        sale_id=SaleId(sale_id),
        business_date=date(2026, 11, 25),
        at="2026-11-25T09:00:00+09:00",
        actor=SYSTEM,
        amount_yen=Yen(amount_yen),
        lines=(),
        operations=(),
        free=None,
        standing=Standing.UNPAID,
        documents=(),
        begun=(),
        refunds=(),
    )


def test_what_was_read_is_remembered_until_an_entry_touches_it() -> None:
    cache = SaleCache()
    cache.keep([sale("a"), sale("b")], head_seq=7)
    assert cache.find(["a", "b", "c"], head_seq=9) == {"a": sale("a"), "b": sale("b")}
    cache.touch("a", 10)
    assert cache.find(["a", "b"], head_seq=10) == {"b": sale("b")}


def test_a_row_read_before_a_touch_is_not_kept_for_readers_after_it() -> None:
    """A reader that began earlier finishes later."""
    cache = SaleCache()
    cache.touch("a", 10)
    cache.keep([sale("a")], head_seq=9)
    assert cache.find(["a"], head_seq=10) == {}


def test_a_reader_of_an_older_state_is_not_shown_a_newer_row() -> None:
    cache = SaleCache()
    cache.touch("a", 10)
    cache.keep([sale("a", 200)], head_seq=10)
    assert cache.find(["a"], head_seq=9) == {}
    assert cache.find(["a"], head_seq=11) == {"a": sale("a", 200)}


def test_a_touch_that_was_rolled_back_costs_only_a_reading() -> None:
    cache = SaleCache()
    cache.keep([sale("a")], head_seq=9)
    cache.touch("a", 10)
    assert cache.find(["a"], head_seq=9) == {}


def test_it_is_bounded_and_never_valid_without_its_last_touch() -> None:
    cache = SaleCache()
    cache.touch("first", 5)
    cache.keep([sale("first")], head_seq=4)
    for number in range(2 * SALES_MAX):
        cache.touch(f"sale-{number}", 6 + number)
        cache.keep([sale(f"sale-{number}")], head_seq=6 + number)
    assert cache.find(["first"], head_seq=9999) == {}
    assert len(cache._rows) <= SALES_MAX
    assert len(cache._touched) <= SALES_MAX
