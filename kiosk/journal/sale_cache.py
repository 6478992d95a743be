"""Sales as they were last read. Owns a bounded cache; refuses a row that an entry has touched since, or touches now."""

from collections.abc import Iterable
from threading import Lock

from kiosk.domain.books import SaleRow

SALES_MAX = 1024
"""Two busy days of a counter; after each payment the day's sales are read, and one of them is new."""


class SaleCache:
    """Shared by the one writer and all readers. Numbers are entries' sequence numbers of the running epoch."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[int, SaleRow]] = {}
        self._touched: dict[str, int] = {}
        self._lock = Lock()

    def touch(self, sale_id: str, seq: int) -> None:
        """Entry ``seq`` is about to change what is known of a sale; called before it is durable."""
        with self._lock:
            if len(self._touched) >= SALES_MAX and sale_id not in self._touched:
                # Nothing is valid without its last touch.
                self._rows.clear()
                self._touched.clear()
            self._touched[sale_id] = seq

    def find(self, sale_ids: Iterable[str], *, head_seq: int) -> dict[str, SaleRow]:
        """What is known as of entry ``head_seq``, the newest that the asking reader sees."""
        found: dict[str, SaleRow] = {}
        with self._lock:
            for sale_id in sale_ids:
                read_seq, row = self._rows.get(sale_id, (-1, None))
                if row is not None and self._touched.get(sale_id, 0) <= min(read_seq, head_seq):
                    found[sale_id] = row
        return found

    def keep(self, rows: Iterable[SaleRow], *, head_seq: int) -> None:
        """Rows that were read while ``head_seq`` was the newest entry."""
        with self._lock:
            for row in rows:
                if len(self._rows) >= SALES_MAX:
                    self._rows.clear()
                self._rows[row.sale_id] = (head_seq, row)
