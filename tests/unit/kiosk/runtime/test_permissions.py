"""Every request a window can make, by everybody: permitted exactly where the one table of roles says so."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

import kiosk.services
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.operator import AT_COUNTER, PERMISSIONS, SECOND_PERSON, Act, Operator, Role
from kiosk.domain.sale_search import SaleSearch
from kiosk.presenters import desk as asked
from kiosk.runtime.desk import Desk
from kiosk.services.notices import Answer, OperatorSignedIn, Refused
from tests.unit.kiosk.conftest import ADMINISTRATOR, CASH, CHIEF, CLERK, FINANCE, Bench, ScriptedDevice
from tests.unit.kiosk.runtime.rig import Rig
from tests.unit.kiosk.services.test_enroll_code import ISSUED

PEOPLE = {person.role: person for person in (CLERK, CHIEF, FINANCE, ADMINISTRATOR)}
PIN = "1234"
NO_SALE, NO_OPERATION = SaleId("no-such-sale"), OperationId("no-such-operation")
UNPERMITTED = {"sign_in_first", "not_permitted", "role_not_at_counter"}


@dataclass(frozen=True)
class Request:
    """How a window asks, what the person signed in must be allowed, and what a second one."""

    ask: Callable[[Desk, Bench, Operator], None]
    act: Act | None
    second: Act | None = None


def _resolve(desk: Desk, _: Bench, by: Operator) -> None:
    desk.resolve(NO_OPERATION, charged=True, evidence="slip", approver_id=by.operator_id, approver_pin=PIN)


def _follow_up(desk: Desk, _: Bench, by: Operator) -> None:
    desk.approvals.close_follow_up(
        NO_OPERATION, charged=True, evidence="slip", approver_id=by.operator_id, approver_pin=PIN
    )


def _record_test(desk: Desk, _: Bench, by: Operator) -> None:
    desk.code_setup.record_test("code", "PayPay", passed=True, approver_id=by.operator_id, approver_pin=PIN)


REQUESTS = {
    "sign_in": Request(lambda desk, _, by: desk.sign_in(by.operator_id, PIN), None),
    "sign_out": Request(lambda desk, *_: desk.sign_out(), None),
    "open_day": Request(lambda desk, *_: desk.open_day(), Act.OPEN_DAY),
    "close_day": Request(lambda desk, *_: desk.close_day(), Act.CLOSE_DAY),
    "pay": Request(lambda desk, bench, _: desk.pay(bench.offer(), CASH), Act.SELL),
    "inquire": Request(lambda desk, *_: desk.inquire(NO_OPERATION), Act.SELL),
    "resolve": Request(_resolve, Act.SELL, Act.RESOLVE),
    "reprint": Request(lambda desk, *_: desk.printing.reprint(NO_SALE), Act.REPRINT),
    "other_tender": Request(
        lambda desk, _, by: desk.approvals.other_tender(NO_OPERATION, by.operator_id, PIN), Act.SELL, Act.OTHER_TENDER
    ),
    "void": Request(lambda desk, _, by: desk.approvals.void(NO_SALE, by.operator_id, PIN), Act.SELL, Act.VOID),
    "request_refund": Request(
        lambda desk, _, by: desk.approvals.request_refund(NO_SALE, "x", by.operator_id, PIN), Act.SELL, Act.REFUND
    ),
    "refund": Request(
        lambda desk, _, by: desk.approvals.refund(NO_SALE, "x", by.operator_id, PIN), Act.SELL, Act.REFUND
    ),
    "close_follow_up": Request(_follow_up, Act.SELL, Act.RESOLVE),
    "tell": Request(lambda desk, *_: desk.code_setup.tell("code"), Act.SELL),
    "try_out": Request(lambda desk, *_: desk.code_setup.try_out("code", "PayPay"), Act.SELL),
    "enroll": Request(
        lambda desk, _, by: desk.code_setup.enroll("code", ISSUED, by.operator_id, PIN), Act.SELL, Act.SET_UP_CODE
    ),
    "record_test": Request(_record_test, Act.SELL, Act.SET_UP_CODE),
    "confirm": Request(lambda desk, *_: desk.printing.confirm(NO_SALE, came_out=True), Act.REPRINT),
    "resume": Request(lambda desk, *_: desk.printing.resume(), Act.REPRINT),
    "give_up": Request(lambda desk, *_: desk.printing.give_up(), Act.REPRINT),
    "open_drawer": Request(lambda desk, *_: desk.printing.open_drawer("change"), Act.OPEN_DRAWER),
    "find": Request(lambda desk, *_: desk.archive.find(SaleSearch(number="1")), Act.REPRINT),
    "find_day_beside": Request(
        lambda desk, *_: desk.archive.find_day_beside(date(2026, 11, 23), later=False), Act.REPRINT
    ),
    "list_sales": Request(lambda desk, *_: desk.list_sales(), None),
    "refresh_status": Request(lambda desk, *_: desk.refresh_status(), None),
    "cancel_payment": Request(lambda desk, *_: desk.cancel_payment(), None),
    "answer": Request(lambda desk, *_: desk.answer(Answer("approved", {})), None),
}
"""Asked by nobody in particular: the window's own questions, and stopping what somebody permitted has begun."""

SERVICES: dict[str, Act | None] = {
    "sign_in": Act.SIGN_IN,
    "open_day": Act.OPEN_DAY,
    "close_day": Act.CLOSE_DAY,
    "compare_daily_log": Act.CLOSE_DAY,
    "checkpoint_day": Act.CLOSE_DAY,
    "take_payment": Act.SELL,
    "take_free_sale": Act.SELL,
    "resolve_in_doubt": Act.RESOLVE,
    "close_follow_up": Act.RESOLVE,
    "void_payment": Act.VOID,
    "refund_payment": Act.REFUND,
    "request_refund": Act.REFUND,
    "issue_receipt": Act.REPRINT,
    "find_sales": Act.REPRINT,
    "open_drawer": Act.OPEN_DRAWER,
    "enroll_code": Act.SET_UP_CODE,
    "record_code_test": Act.SET_UP_CODE,
    "show_code": None,  # what the citizen scans; it moves nothing
    "issue_slip": None,  # the terminal's own words, printed as they come
    "tell_books": None,  # what the window shows; it moves nothing
}
PARTS = {
    "charge",
    "close_report",
    "counter",
    "notices",
    "outcomes",
    "read_slip",
    "read_wallet",
    "sale_document",
    "sale_lines",
    "show_code",
}
"""No verbs: what services are made of."""


@pytest.fixture
def rig(bench: Bench) -> Iterator[Rig]:
    made = Rig(bench)
    made.drawer = ScriptedDevice()
    yield made
    made.stop()


def refusals_of(rig: Rig, bench: Bench, request: Request, second: Operator) -> set[str]:
    """What was refused until the desk had nothing left to do; a name nobody bears marks that."""
    request.ask(rig.desk, bench, second)
    rig.desk.sign_in("nobody", "0000")
    rules: set[str] = set()
    while (refused := rig.until(Refused)) != Refused("pin_wrong"):
        rules.add(refused.rule)
    return rules


def test_every_request_of_the_windows_is_in_the_table() -> None:
    interfaces = (asked.Desk, asked.Approvals, asked.Archive, asked.CodeSetup, asked.PrintDesk)
    named = {
        name
        for interface in interfaces
        for name, member in vars(interface).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }
    assert named == set(REQUESTS)
    assert all(request.second is None or request.second in SECOND_PERSON for request in REQUESTS.values())
    asked_for = {act for request in REQUESTS.values() for act in (request.act, request.second) if act}
    assert asked_for == AT_COUNTER - {Act.SIGN_IN}


def test_every_service_has_its_act() -> None:
    files = {path.stem for path in Path(kiosk.services.__path__[0]).glob("*.py")} - {"__init__"}
    assert files == set(SERVICES) | PARTS


def test_whoever_moves_money_does_not_keep_the_books_of_it() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set(Act) == set().union(*PERMISSIONS.values())
    for role in (Role.FINANCE, Role.ADMINISTRATOR):
        assert not PERMISSIONS[role] & AT_COUNTER
    for role in (Role.CLERK, Role.SUPERVISOR):
        assert PERMISSIONS[role] <= AT_COUNTER
    assert not PERMISSIONS[Role.ADMINISTRATOR] & {Act.SETTLE, Act.EXPORT, Act.THAW}
    assert not PERMISSIONS[Role.FINANCE] & {Act.ENROLL, Act.REVOKE, Act.MANAGE_PEOPLE}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_at_the_counter_what_the_table_says(rig: Rig, bench: Bench, role: Role) -> None:
    person = PEOPLE[role]
    rig.desk.sign_in(person.operator_id, PIN)
    works_here = Act.SIGN_IN in PERMISSIONS[role]
    if works_here:
        rig.until(OperatorSignedIn)
    else:
        assert rig.until(Refused) == Refused("role_not_at_counter")
    for name, request in REQUESTS.items():
        if request.act is None:
            continue
        refused = refusals_of(rig, bench, request, CHIEF if person is not CHIEF else CLERK) & UNPERMITTED
        expected = set() if request.act in PERMISSIONS[role] else {"not_permitted" if works_here else "sign_in_first"}
        assert refused == expected, name


@pytest.mark.parametrize("role", Role)
def test_a_second_person_may_approve_what_the_table_says(rig: Rig, bench: Bench, role: Role) -> None:
    rig.desk.sign_in(CLERK.operator_id, PIN)
    rig.until(OperatorSignedIn)
    others = {**PEOPLE, Role.CLERK: replace(CLERK, operator_id="tanaka")}
    rig.people["tanaka"] = others[Role.CLERK]
    for name, request in REQUESTS.items():
        if request.second is not None:
            refused = refusals_of(rig, bench, request, others[role])
            assert ("approver_may_not" in refused) == (request.second not in PERMISSIONS[role]), name


@pytest.mark.parametrize("name", [name for name, request in REQUESTS.items() if request.second])
def test_nobody_approves_what_they_asked_for(rig: Rig, bench: Bench, name: str) -> None:
    rig.desk.sign_in(CHIEF.operator_id, PIN)
    rig.until(OperatorSignedIn)
    assert refusals_of(rig, bench, REQUESTS[name], CHIEF) == {"approver_same_person"}
