"""The journal as the services and sync see it: durable, chained, one writer, never changed."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.books import Books, Journal, Outbox
from kiosk.domain.operation import OutcomeUnknown, Requested, TransitionError
from kiosk.domain.record import (
    DOMAIN_TAG,
    GENESIS_HASH,
    DayOpened,
    Draft,
    Head,
    NotDurable,
    NotReadable,
    SignedIn,
    SignedOut,
    parse_record,
)
from kiosk.journal.database import Connection, load_driver
from kiosk.journal.errors import JournalError
from kiosk.journal.store import SqliteJournal
from tests.unit.kiosk.journal.history import (
    CHIEF,
    JAPAN,
    MONDAY,
    FakeClock,
    approved,
    draft,
    moved,
    open_journal,
    operation_id,
    prepared,
)

EVERYTHING = 1 << 40


def test_it_is_what_the_house_expects(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        as_journal: Journal = journal
        as_outbox: Outbox = journal
        assert as_journal.books().head() == as_outbox.head() == Head(1, 0, GENESIS_HASH)


def test_a_record_carries_place_time_actor_and_approver(tmp_path: Path) -> None:
    with open_journal(tmp_path, clock=FakeClock(boot_id="b", uptime_ms=42)) as journal:
        (record,) = journal.append(draft(SignedIn("clerk"), approver=CHIEF))
    header = record.header
    assert (header.kiosk_id, header.epoch, header.seq, header.kind) == ("k0001", 1, 1, "signed_in")
    assert (header.at, header.monotonic_ms, header.boot_id) == ("2026-11-23T10:15:02.123+09:00", 42, "b")
    assert header.actor.title == "出納員"
    assert header.approver == CHIEF
    assert header.master_version == "2026-11-01"


def test_the_chain_is_sha256_over_tag_previous_hash_and_bytes(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        first, second = journal.append(draft(SignedIn("clerk")), draft(SignedOut()))
        assert journal.head() == Head(1, 2, second.hash)
    assert first.prev_hash == GENESIS_HASH
    assert second.prev_hash == first.hash
    assert second.hash == hashlib.sha256(DOMAIN_TAG + first.hash + second.canonical).digest()


def test_what_was_appended_is_there_after_opening_again(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        records = journal.append(draft(DayOpened()), draft(prepared(1)))
    with open_journal(tmp_path) as journal:
        entries = journal.entries_after(0, count_max=10, bytes_max=EVERYTHING)
        assert [parse_record(entry.canonical, entry.prev_hash) for entry in entries] == list(records)
        assert journal.books().unsettled()[0].prepared == prepared(1)


def test_all_or_none(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        with pytest.raises(TransitionError, match="never prepared"):
            journal.append(draft(prepared(1)), draft(moved(2, Requested(1))))
        assert journal.head().seq == 0
        assert journal.books().operation(operation_id(1)) is None
        journal.append(draft(prepared(1)))
        assert journal.head().seq == 1


def test_an_approval_of_another_amount_is_refused(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)), draft(moved(1, Requested(1))))
        with pytest.raises(TransitionError, match="approved 601"):
            journal.append(draft(approved(1, amount_yen=601)))


def test_a_decision_sees_what_is_written_and_a_decision_for_nothing_writes_nothing(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)), draft(moved(1, Requested(41))))

        def decide(books: Books) -> list[Draft]:
            number = books.last_sequence_number() + 1
            return [draft(prepared(number)), draft(moved(number, Requested(number)))]

        records = journal.transact(decide)
        assert [record.header.seq for record in records] == [3, 4]
        assert journal.books().last_sequence_number() == 42
        assert journal.transact(lambda _: ()) == ()
        assert journal.append() == ()
        assert journal.head().seq == 4


def test_an_error_inside_a_decision_leaves_no_trace(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:

        def decide(_: Books) -> list[Draft]:
            raise LookupError("no")

        with pytest.raises(LookupError):
            journal.transact(decide)
        assert len(journal.append(draft(SignedOut()))) == 1


def test_a_decision_may_not_write_by_itself(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:

        def decide(_: Books) -> list[Draft]:
            journal.append(draft(SignedOut()))
            return []

        with pytest.raises(AssertionError):
            journal.transact(decide)
        assert journal.head().seq == 0


def test_appends_from_many_threads_make_one_chain(tmp_path: Path) -> None:
    workers, each = 8, 12
    start = threading.Barrier(workers)

    def work(worker: int) -> None:
        start.wait()
        for n in range(each):
            number = worker * each + n
            journal.append(draft(prepared(number)), draft(moved(number, Requested(number))))
            assert journal.books().operation(operation_id(number)) is not None

    with open_journal(tmp_path) as journal:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, range(workers)))
        entries = journal.entries_after(0, count_max=1000, bytes_max=EVERYTHING)
        assert [entry.seq for entry in entries] == list(range(1, 2 * workers * each + 1))
        assert [entry.prev_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
        assert len(journal.books().unsettled()) == workers * each


def test_sync_takes_entries_within_both_limits_but_always_one(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        records = journal.append(*(draft(SignedIn("clerk")) for _ in range(5)))
        size_bytes = len(records[0].canonical)
        assert [e.seq for e in journal.entries_after(2, count_max=2, bytes_max=EVERYTHING)] == [3, 4]
        assert [e.seq for e in journal.entries_after(0, count_max=9, bytes_max=2 * size_bytes)] == [1, 2]
        assert [e.seq for e in journal.entries_after(0, count_max=9, bytes_max=1)] == [1]
        assert journal.entries_after(5, count_max=9, bytes_max=EVERYTHING) == ()


def test_acknowledgements_go_forward_only_and_must_be_ours(tmp_path: Path) -> None:
    clock = FakeClock()
    with open_journal(tmp_path, clock=clock) as journal:
        journal.append(draft(SignedIn("clerk")))
        clock.now += timedelta(minutes=5)
        (first,) = journal.entries_after(0, count_max=2, bytes_max=EVERYTHING)
        (second,) = journal.append(draft(SignedOut()))
        assert journal.books().sync_status().oldest_unacked_at == "2026-11-23T10:15:02.123+09:00"
        journal.acknowledge(1, first.hash)
        status = journal.books().sync_status()
        assert (status.head_seq, status.acked_seq) == (2, 1)
        assert status.oldest_unacked_at == "2026-11-23T10:20:02.123+09:00"
        with pytest.raises(ValueError, match="another journal"):
            journal.acknowledge(2, first.hash)
        with pytest.raises(ValueError, match="another journal"):
            journal.acknowledge(3, second.hash)
        journal.acknowledge(2, second.hash)
        journal.acknowledge(1, first.hash)
        assert journal.books().sync_status().acked_seq == 2
        assert journal.books().sync_status().oldest_unacked_at == ""


def test_a_freeze_is_remembered_outside_the_chain(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedIn("clerk")))
        journal.set_frozen("fork at entry 7")
        assert journal.head().seq == 1
    with open_journal(tmp_path) as journal:
        assert journal.books().sync_status().frozen_reason == "fork at entry 7"
        journal.set_frozen("")
        assert journal.books().sync_status().frozen_reason == ""


def test_the_business_date_stays_what_it_was_at_the_intent(tmp_path: Path) -> None:
    last_minute = datetime(2027, 3, 31, 23, 59, 59, 900_000, JAPAN)
    clock = FakeClock(now=last_minute)
    day = date(2027, 3, 31)
    with open_journal(tmp_path, clock=clock) as journal:
        journal.append(draft(prepared(1, business_date=day), business_date=day))
        clock.now += timedelta(seconds=2)
        journal.append(draft(moved(1, Requested(1)), business_date=day))
        (record,) = journal.append(draft(approved(1), business_date=day))
        assert record.header.at == "2027-04-01T00:00:01.900+09:00"
        books = journal.books()
        assert [(total.count, total.amount_yen) for total in books.totals(day)] == [(1, 600)]
        assert books.totals(date(2027, 4, 1)) == ()
        assert [row.business_date for row in books.sales(day)] == [day]


def test_order_is_the_sequence_number_when_the_clock_goes_back(tmp_path: Path) -> None:
    clock = FakeClock()
    with open_journal(tmp_path, clock=clock) as journal:
        journal.append(draft(prepared(1)))
        clock.now -= timedelta(days=400)
        journal.append(draft(prepared(2)))
        assert [op.prepared.operation_id for op in journal.books().unsettled()] == ["operation-1", "operation-2"]
        assert [row.sale_id for row in journal.books().sales(MONDAY)] == ["sale-2", "sale-1"]


def test_a_closed_journal_says_that_nothing_is_durable(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.close()
    journal.close()
    with pytest.raises(NotDurable, match="closed"):
        journal.append(draft(SignedOut()))


@pytest.mark.parametrize("statement", ["INSERT INTO sync_state VALUES (2, 0, 0, x'', '')", "DELETE FROM sale"])
def test_readers_cannot_write(tmp_path: Path, statement: str) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)))
        with (
            journal._reading() as session,
            pytest.raises(load_driver().error, match="readonly"),
        ):
            session.connection.execute(statement)


def test_a_reader_sees_one_state_while_the_writer_goes_on(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)))
        with journal._reading() as session:
            count = "SELECT count(*) FROM journal"
            assert session.connection.execute(count).fetchone() == (1,)
            journal.append(draft(moved(1, Requested(1))), draft(moved(1, OutcomeUnknown("silent"))))
            assert session.connection.execute(count).fetchone() == (1,)
        assert journal.books().head().seq == 3


def test_every_connection_has_its_durability_switches(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal, journal._reading() as session:
        for connection in (session.connection, journal._writer._ready().session.connection):
            found = {
                name: (connection.execute(f"PRAGMA {name}").fetchone() or ("",))[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
            }
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def test_an_epoch_is_given_once(tmp_path: Path) -> None:
    with open_journal(tmp_path, epoch=3) as journal:
        assert journal.head() == Head(3, 0, GENESIS_HASH)
    with open_journal(tmp_path) as journal:
        (record,) = journal.append(draft(SignedOut()))
        assert record.header.epoch == 3
    with pytest.raises(JournalError, match="epoch 3, not 4"):
        open_journal(tmp_path, epoch=4)
    with open_journal(tmp_path, epoch=3) as journal:
        assert journal.head().seq == 1


def test_a_journal_belongs_to_one_kiosk(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedOut()))
    with pytest.raises(JournalError, match="belongs to kiosk k0001, not to k0002"):
        open_journal(tmp_path, kiosk_id="k0002")
    with pytest.raises(JournalError, match="needs the kiosk's id"):
        SqliteJournal(tmp_path / "other", kiosk_id="", clock=FakeClock())


def test_a_directory_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be used for the journal"):
        open_journal(tmp_path / "file" / "journal")


def test_a_disk_that_gives_nothing_back_is_one_kind_of_error(tmp_path: Path) -> None:
    refusing: list[bool] = []

    def connect(path: Path) -> Connection:
        if refusing:
            raise load_driver().error("disk I/O error")
        return load_driver().connect(path)

    with open_journal(tmp_path, connect=connect) as journal:
        (record,) = journal.append(draft(SignedIn("clerk")))
        refusing.append(True)
        for ask in (journal.books().day, journal.books().sync_status, lambda: journal.acknowledge(1, record.hash)):
            with pytest.raises(NotReadable, match=r"cannot be read .disk I/O error"):
                ask()
        refusing.clear()
        assert journal.books().sync_status().head_seq == 1
