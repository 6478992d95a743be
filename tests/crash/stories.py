"""What is played while its writes are recorded: one story per thing that can happen to a payment, a day, a journal.

Owns their list; refuses to know of crashes. Every story begins as the program begins, on the journal that ``before``
left behind, and ends as the program ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.codes import jpqr
from drivers.payment.api import DailyLogKind
from kiosk.domain.operation import Operation, State
from kiosk.domain.tender import TenderKind
from kiosk.journal.database import load_driver
from kiosk.journal.opening import DATABASE_NAME
from kiosk.runtime.till import refuse_commit
from kiosk.services.close_day import close_day
from kiosk.services.close_follow_up import close_follow_up
from kiosk.services.compare_daily_log import compare_daily_log
from kiosk.services.enroll_code import enroll_code
from kiosk.services.open_day import open_day
from kiosk.services.record_code_test import record_code_test
from kiosk.services.refund_payment import refund_payment
from kiosk.services.request_refund import request_refund
from kiosk.services.resolve_in_doubt import resolve_by_person
from kiosk.services.sign_in import sign_in, sign_out
from kiosk.services.take_free_sale import take_free_sale
from kiosk.services.take_payment import OtherTender
from kiosk.services.void_payment import void_payment
from tests.crash.stage import Stage
from tests.unit.kiosk.services.test_enroll_code import STORE

Play = Callable[[Stage], None]
CREDIT, EMONEY, CASH = TenderKind.CREDIT, TenderKind.EMONEY, TenderKind.CASH
FRAMES_AT_CHECKPOINT = 1000
"""SQLite's wal_autocheckpoint; the product leaves it as it is."""
FRAME_BYTES = 4096 + 24


@dataclass(frozen=True, slots=True)
class Story:
    """``terminal`` scripts the emulated terminal, over ``before`` and ``play``; without it there is none."""

    name: str
    play: Play
    before: Play | None = None
    terminal: str = ""
    prints: bool = False
    day: int = 0
    """Days after the one on which ``before`` was played."""
    epoch: int | None = None
    killed: bool = False
    """The program that played ``before`` was killed, so that its log is still there."""
    aged: Callable[[Path], None] | None = None
    """Makes the journal that of an older program."""


def _open(stage: Stage) -> None:
    open_day(stage.counter, stage.clerk.actor)


def _sold(stage: Stage) -> None:
    _open(stage)
    _reaches(stage.pay(CREDIT), State.APPROVED)


def _sold_for_cash(stage: Stage) -> None:
    _open(stage)
    _cash(stage)


def _sold_and_closed(stage: Stage) -> None:
    _sold(stage)
    _close(stage)


def _reaches(operation: Operation, state: State) -> Operation:
    """A story that goes another way than it says proves nothing."""
    assert operation.state is state, f"{operation.state}, not {state}: {operation.reason}"
    return operation


# --- a journal begins and gets on ----------------------------------------------------------------------------


def _first_start(stage: Stage) -> None:
    _open(stage)


def _morning(stage: Stage) -> None:
    sign_in(stage.counter, stage.clerk)
    _open(stage)
    sign_out(stage.counter, stage.clerk)


def _register_acknowledges(stage: Stage) -> None:
    journal = stage.journal
    entries = journal.entries_after(0, count_max=100, bytes_max=1_000_000)
    journal.acknowledge(entries[1].seq, entries[1].hash)
    sign_in(stage.counter, stage.clerk)
    journal.acknowledge(entries[-1].seq, entries[-1].hash)
    journal.set_frozen("key_revoked")
    sign_out(stage.counter, stage.clerk)
    journal.set_frozen("")


def _fill_log(stage: Stage) -> None:
    """A long day: until the write-ahead log is about to be brought into the database."""
    _sold(stage)
    log = stage.folder / f"{DATABASE_NAME}-wal"
    while log.stat().st_size < (FRAMES_AT_CHECKPOINT - 25) * FRAME_BYTES:
        sign_in(stage.counter, stage.clerk)


def _checkpoint(stage: Stage) -> None:
    """Over the mark, and two entries into the log that begins again."""
    _reaches(stage.pay(CREDIT), State.APPROVED)
    sign_in(stage.counter, stage.clerk)
    sign_out(stage.counter, stage.clerk)


def _age(folder: Path) -> None:
    """As the first program left it: without the register's row, with read models of another form."""
    connection = load_driver().connect(folder / DATABASE_NAME)
    for sql in (
        "DROP TABLE sync_state",
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE read_model SET version = 0",
        "PRAGMA user_version=1",
    ):
        connection.execute(sql)
    connection.close()


# --- payments ------------------------------------------------------------------------------------------------


def _approved(stage: Stage) -> None:
    _reaches(stage.pay(CREDIT), State.APPROVED)


def _cash(stage: Stage) -> None:
    stage.clerk_says.append("done")
    _reaches(stage.pay(CASH), State.APPROVED)


def _declined(stage: Stage) -> None:
    _reaches(stage.pay(CREDIT), State.DECLINED)


def _not_sent(stage: Stage) -> None:
    _reaches(stage.pay(CREDIT), State.NOT_SENT)


def _not_charged(stage: Stage) -> None:
    _reaches(stage.pay(CREDIT), State.NOT_CHARGED)


def _in_doubt(stage: Stage) -> Operation:
    stage.clerk_says += ["unsure", "unsure"]
    return _reaches(stage.pay(EMONEY), State.IN_DOUBT)


def _two_people(stage: Stage) -> None:
    _resolve(stage, _in_doubt(stage), charged=True)


def _resolve(stage: Stage, doubtful: Operation, *, charged: bool, provisional: bool = False) -> Operation:
    return resolve_by_person(
        stage.counter,
        doubtful.prepared.operation_id,
        charged=charged,
        evidence="端末控え 00012",
        actor=stage.clerk.actor,
        approver=stage.chief.actor,
        provisional=provisional,
    )


def _settled_for_now(stage: Stage) -> None:
    doubtful = _resolve(stage, _in_doubt(stage), charged=False, provisional=True)
    close_follow_up(
        stage.counter,
        doubtful.prepared.operation_id,
        charged=True,
        evidence="ブランド照会結果",
        actor=stage.clerk.actor,
        approver=stage.chief.actor,
    )


def _other_tender(stage: Stage) -> None:
    """Set aside in doubt; the cart is paid on another terminal; then two people find that the first took nothing."""
    doubtful = _in_doubt(stage)
    instead = OtherTender(doubtful.prepared.operation_id, stage.chief.actor)
    _reaches(stage.pay(CREDIT, instead), State.APPROVED)
    _resolve(stage, doubtful, charged=False)


def _free(stage: Stage) -> None:
    sale = take_free_sale(stage.counter, stage.offer("welfare"), stage.clerk.actor)
    stage.print(sale.sale_id)


# --- money back ----------------------------------------------------------------------------------------------


def _void(stage: Stage) -> None:
    taken_back = void_payment(
        stage.counter,
        stage.last_sale(),
        stage.device("terminal"),
        stage.context,
        actor=stage.clerk.actor,
        approver=stage.chief.actor,
    )
    _reaches(taken_back, State.APPROVED)


def _refund_on_terminal(stage: Stage) -> None:
    _open(stage)
    given_back = refund_payment(
        stage.counter,
        stage.last_sale(days_ago=1),
        "重複して発行した",
        stage.device("terminal"),
        stage.context,
        actor=stage.clerk.actor,
        approver=stage.chief.actor,
    )
    _reaches(given_back, State.APPROVED)


def _refund_by_transfer(stage: Stage) -> None:
    _open(stage)
    sale_id = stage.last_sale(days_ago=1)
    request_refund(stage.counter, sale_id, "重複して発行した", actor=stage.clerk.actor, approver=stage.chief.actor)


def _code_set_up(stage: Stage) -> None:
    """The scheme's sticker is taken up, and one operator tried out, before the first day."""
    code, actor, approver = jpqr.encode_static(STORE), stage.clerk.actor, stage.chief.actor
    counter = replace(stage.counter, brands={TenderKind.CODE: ("PayPay",)})
    enroll_code(counter, "code", code.payload, actor=actor, approver=approver)
    record_code_test(counter, "code", "PayPay", passed=True, actor=actor, approver=approver)
    assert counter.journal.books().history.payment_code("code").tested == ("PayPay",)


# --- paper and the close -------------------------------------------------------------------------------------


def _print_twice(stage: Stage) -> None:
    stage.print(stage.last_sale())
    stage.print(stage.last_sale())


def _close(stage: Stage) -> None:
    """The terminal's own day first, then ours (kiosk.runtime.closing)."""
    log = stage.device("terminal").access_daily_log(DailyLogKind.SETTLEMENT, stage.context(None, refuse_commit))
    up_to_seq = stage.journal.head().seq
    compare_daily_log(stage.counter, "terminal", log, stage.clerk.actor, up_to_seq=up_to_seq)
    close_day(stage.counter, stage.clerk.actor)


STORIES = {
    story.name: story
    for story in (
        Story("first_start", _first_start),
        Story("new_epoch", _first_start, epoch=2),
        Story("upgrade", _morning, before=_sold_and_closed, terminal="approve", day=1, aged=_age),
        Story("morning", _morning, before=_sold_and_closed, terminal="approve", day=1),
        Story("register", _register_acknowledges, before=_sold_for_cash),
        Story("checkpoint", _checkpoint, before=_fill_log, terminal="approve", killed=True),
        Story("approved", _approved, before=_open, terminal="approve"),
        Story("declined", _declined, before=_open, terminal="decline:6C"),
        Story("not_sent", _not_sent, before=_open),
        Story("cash", _cash, before=_open),
        Story("found_charged", _approved, before=_open, terminal="cut"),
        Story("found_not_charged", _not_charged, before=_open, terminal="reboot"),
        Story("two_people", _two_people, before=_open),
        Story("settled_for_now", _settled_for_now, before=_open),
        Story("other_tender", _other_tender, before=_open, terminal="approve"),
        Story("free", _free, before=_open, prints=True),
        Story("void", _void, before=_sold, terminal="approve"),
        Story("void_in_doubt", _void, before=_sold, terminal="approve,cut"),
        Story("refund_on_terminal", _refund_on_terminal, before=_sold_and_closed, terminal="approve", day=1),
        Story("refund_by_transfer", _refund_by_transfer, before=_sold_and_closed, terminal="approve", day=1),
        Story("printed", _print_twice, before=_sold, terminal="approve", prints=True),
        Story("code_set_up", _code_set_up),
        Story("close", _close, before=_sold, terminal="approve"),
    )
}
