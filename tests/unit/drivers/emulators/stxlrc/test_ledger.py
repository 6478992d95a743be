"""The second emulated terminal's book: durable, append-only, whole after a torn write."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.ledger import net_approved_yen, open_ledger, read_ledger


@contextmanager
def _book(path: Path, operation_before: int = 0) -> Iterator[Book]:
    with closing(open_ledger(path)) as ledger:
        yield Book(ledger, lambda: datetime(2026, 11, 23, tzinfo=UTC), "TCM1", operation_before=operation_before)


def test_numbers_go_on_after_a_restart_and_wrap(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    with _book(path, operation_before=999_998) as book:
        assert book.book_sale(500, "000001").operation == 999_999
    with _book(path) as book:
        assert book.book_sale(600, "000002").operation == 1
    assert net_approved_yen(read_ledger(path)) == 1100


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    with _book(path) as book:
        book.book_sale(500, "000001")
    with path.open("ab") as torn:
        torn.write(b'{"kind":"sale"')
    assert len(read_ledger(path)) == 1
    with _book(path) as book:
        book.book_sale(600, "000002")
    assert [entry.amount_yen for entry in read_ledger(path)] == [500, 600]


def test_a_sale_is_voided_once_and_only_before_the_close(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    with _book(path) as book:
        book.book_sale(500, "000001")
        book.book_sale(600, "000002")
        assert not isinstance(book.book_void(1), str)
        assert book.book_void(1) == "04"
        assert book.totals_reply() == "0710|00|1|600"
        book.book_close()
        assert book.book_void(2) == "05"
        assert book.sales() == []
    assert net_approved_yen(read_ledger(path)) == 600
