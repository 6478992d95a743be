"""A document from queued to what is known of its paper: in the journal before the printer, and after a stop."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.context import DeviceContext
from drivers.errors import NotDurableError
from drivers.printer import api
from kiosk.domain.books import Books, Decide, DocumentRow
from kiosk.domain.ids import SaleId
from kiosk.domain.record import DocumentPrinted, Draft, DrawerOpened, NotDurable, Record, parse_record
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.services.counter import RefusalError
from kiosk.services.issue_receipt import (
    NOT_OUT,
    STOPPED,
    DocumentWatch,
    confirm_paper,
    print_document,
    record_late,
    recover_documents,
)
from kiosk.services.notices import DocumentChanged, Printing
from kiosk.services.open_drawer import record_drawer
from tests.unit.kiosk.conftest import CLERK, Bench, UnreadableJournal
from tests.unit.kiosk.services.test_issue_receipt import OnePrinter, issue, sell


class FullJournal(UnreadableJournal):
    """A journal whose disk gives everything back and takes nothing more."""

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        raise NotDurable("the disk is full")

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        raise NotDurable("the disk is full")

    def books(self) -> Books:
        return self._real.books()


def last_record(bench: Bench) -> Record:
    entry = bench.journal.entries_after(0, count_max=1000, bytes_max=10**9)[-1]
    return parse_record(entry.canonical, entry.prev_hash)


def documents_of(bench: Bench, sale_id: SaleId) -> tuple[DocumentRow, ...]:
    sale = bench.journal.books().sale(sale_id)
    assert sale is not None
    return sale.documents


def states_told(bench: Bench) -> Iterator[tuple[Printing, str]]:
    return ((x.printing, x.fault) for x in bench.told if isinstance(x, DocumentChanged))


class Looking(OnePrinter):
    """A printer that looks at the books when its first byte would leave."""

    def __init__(self, bench: Bench, sale_id: SaleId) -> None:
        super().__init__(api.Printed(api.Paper.OK))
        self._bench, self._sale_id = bench, sale_id
        self.seen: list[str] = []

    def print(
        self, job: api.PrintJob, context: DeviceContext, watch: api.PrintWatch = api.UNWATCHED
    ) -> api.PrintOutcome:
        self.seen.append(documents_of(self._bench, self._sale_id)[-1].state)
        outcome = super().print(job, context, watch)
        self.seen.append(documents_of(self._bench, self._sale_id)[-1].state)
        return outcome


def test_a_document_is_sent_in_the_journal_before_its_first_byte(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    printer = Looking(open_bench, sale_id)
    print_document(open_bench.counter, issue(open_bench, sale_id), printer, LiveDeviceContext())
    assert printer.seen == ["queued", "sent"]
    assert documents_of(open_bench, sale_id)[-1].state == "printed"
    assert list(states_told(open_bench)) == [(Printing.QUEUED, ""), (Printing.SENT, ""), (Printing.PRINTED, "")]


def test_a_disk_that_takes_no_intent_lets_no_byte_leave(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    document = issue(open_bench, sale_id)
    full = replace(open_bench.counter, journal=FullJournal(open_bench.journal))
    with pytest.raises(NotDurableError):
        DocumentWatch(full, document.issued, api.UNWATCHED).begin()
    assert documents_of(open_bench, sale_id)[-1].state == "queued"


def test_what_a_job_waits_for_is_told_and_never_recorded(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    watch = DocumentWatch(open_bench.counter, issue(open_bench, sale_id).issued, api.UNWATCHED)
    watch.waiting(api.PrintFault.PAPER_END)
    watch.waiting(None)
    watch.begin()
    watch.waiting(api.PrintFault.COVER_OPEN)
    watch.waiting(None)
    assert list(states_told(open_bench)) == [
        (Printing.QUEUED, ""),
        (Printing.WAITING, "paper_end"),
        (Printing.QUEUED, ""),
        (Printing.SENT, ""),
        (Printing.WAITING, "cover_open"),
        (Printing.SENT, ""),
    ]
    assert documents_of(open_bench, sale_id)[-1].state == "sent"


def test_a_start_asks_for_what_was_sent_and_knows_what_never_left(open_bench: Bench) -> None:
    sent, queued, done = sell(open_bench), sell(open_bench), sell(open_bench)
    DocumentWatch(open_bench.counter, issue(open_bench, sent).issued, api.UNWATCHED).begin()
    issue(open_bench, queued)
    print_document(
        open_bench.counter, issue(open_bench, done), OnePrinter(api.Printed(api.Paper.OK)), LiveDeviceContext()
    )
    open_bench.told.clear()
    recover_documents(open_bench.counter)
    assert list(states_told(open_bench)) == [(Printing.UNKNOWN, STOPPED), (Printing.FAILED, STOPPED)]
    states = [documents_of(open_bench, sale_id)[-1].state for sale_id in (sent, queued, done)]
    assert states == ["unknown", "failed", "printed"]
    open_bench.told.clear()
    recover_documents(open_bench.counter)
    assert open_bench.told == [], "an end is an end"


def test_an_entry_from_before_sending_was_recorded_may_have_left(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    document = issue(open_bench, sale_id)
    old = replace(
        document.issued, copy_number=1, document_id=type(document.issued.document_id)("old"), sending_recorded=False
    )
    open_bench.journal.append(open_bench.counter.draft(old, CLERK.actor, open_bench.journal.books().day().open_date))
    recover_documents(open_bench.counter)
    assert [each.state for each in documents_of(open_bench, sale_id)] == ["failed", "unknown"]


@pytest.mark.parametrize(("came_out", "state", "fault"), [(True, "printed", ""), (False, "failed", NOT_OUT)])
def test_the_clerk_says_whether_the_paper_came_out(open_bench: Bench, came_out: bool, state: str, fault: str) -> None:
    sale_id = sell(open_bench)
    document = issue(open_bench, sale_id)
    printer = OnePrinter(api.PrintUnknown(api.PrintFault.CANNOT_TELL))
    print_document(open_bench.counter, document, printer, LiveDeviceContext())
    standing = open_bench.journal.books().sale(sale_id)
    assert standing is not None
    confirm_paper(open_bench.counter, sale_id, CLERK.actor, came_out=came_out)
    (row,) = documents_of(open_bench, sale_id)
    assert (row.state, row.fault) == (state, fault)
    after = open_bench.journal.books().sale(sale_id)
    assert after is not None
    assert (after.standing, after.operations) == (standing.standing, standing.operations), "the sale is untouched"
    with pytest.raises(RefusalError, match="nothing_to_confirm"):
        confirm_paper(open_bench.counter, sale_id, CLERK.actor, came_out=came_out)
    assert issue(open_bench, sale_id).issued.copy_number == 1, "whatever follows is 再発行"


def test_whoever_looked_is_in_the_journal(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    print_document(
        open_bench.counter,
        issue(open_bench, sale_id),
        OnePrinter(api.PrintUnknown(api.PrintFault.SILENT)),
        LiveDeviceContext(),
    )
    confirm_paper(open_bench.counter, sale_id, CLERK.actor, came_out=False)
    last = last_record(open_bench)
    assert isinstance(last.body, DocumentPrinted)
    assert last.header.actor == CLERK.actor


def test_a_late_word_of_the_printer_is_recorded(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    document = issue(open_bench, sale_id)
    printer = OnePrinter(api.PrintUnknown(api.PrintFault.PAPER_END))
    print_document(open_bench.counter, document, printer, LiveDeviceContext())
    record_late(open_bench.counter, document.issued)
    (row,) = documents_of(open_bench, sale_id)
    assert (row.state, row.fault) == ("printed", "late")


def test_opening_the_drawer_without_a_sale_is_recorded_with_its_reason(open_bench: Bench) -> None:
    record_drawer(open_bench.counter, "change", CLERK.actor)
    last = last_record(open_bench)
    assert (last.body, last.header.actor) == (DrawerOpened("change"), CLERK.actor)
    with pytest.raises(RefusalError, match="drawer_reason"):
        record_drawer(open_bench.counter, "because", CLERK.actor)
    full = replace(open_bench.counter, journal=FullJournal(open_bench.journal))
    with pytest.raises(RefusalError, match="journal_not_durable"):
        record_drawer(full, "change", CLERK.actor)
