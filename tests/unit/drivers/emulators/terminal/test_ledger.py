from contextlib import closing
from pathlib import Path

import pytest

from drivers.emulators.terminal.ledger import (
    EntryKind,
    LedgerEntry,
    MemoryLedger,
    net_approved_yen,
    open_ledger,
    read_ledger,
)


def _entry(number: int, kind: EntryKind = EntryKind.SALE, amount_yen: int = 300) -> LedgerEntry:
    return LedgerEntry(f"t-{number}", kind, amount_yen, "Visa", "0001", "000001", "13100001", "1", "*1034", "00", "")


def test_the_sum_is_sales_less_reversals() -> None:
    entries = [_entry(1), _entry(2, EntryKind.DECLINED), _entry(3, amount_yen=500), _entry(4, EntryKind.REVERSAL)]
    assert net_approved_yen(entries) == 500
    assert net_approved_yen([]) == 0


def test_what_was_appended_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with closing(open_ledger(path)) as ledger:
        ledger.append(_entry(1))
        ledger.append(_entry(2))
    with closing(open_ledger(path)) as again:
        assert again.entries() == ledger.entries() == read_ledger(path) == (_entry(1), _entry(2))


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with closing(open_ledger(path)) as ledger:
        ledger.append(_entry(1))
    with path.open("ab") as file:
        file.write(b'{"id":"t-2","ki')
    assert read_ledger(path) == (_entry(1),)
    with closing(open_ledger(path)) as ledger:
        ledger.append(_entry(3))
    assert read_ledger(path) == (_entry(1), _entry(3))


def test_a_damaged_line_before_the_last_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for damaged in (b"{}\n", b"nonsense\n", b"[1]\n"):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"ledger.jsonl line 1: not an entry of this book"):
            open_ledger(path)


def test_memory_keeps_the_order() -> None:
    ledger = MemoryLedger([_entry(1)])
    ledger.append(_entry(2))
    assert ledger.entries() == (_entry(1), _entry(2))
