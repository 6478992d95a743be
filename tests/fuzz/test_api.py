"""The register's interface as its reference describes it, against generated requests: valid, almost valid, hostile."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import Engine, select

from kiosk.domain.money import YEN_MAX
from register.api.app import make_app
from register.api.reference import openapi
from register.services.settle import settle
from register.services.verify import verify
from register.store.engine import reading
from register.store.schema import EXCEPTION_FLAG, JOURNAL, SALE_FACT
from tests.fuzz.api import PLAN_BYTES, PURPOSES, Caller
from tests.fuzz.records import DAY, hostile_amounts
from tests.register_process import RegisterProcess, serving_beside

REFERENCE = Path(__file__).parents[2] / "docs" / "register-api.json"
SCHEMA = schemathesis.openapi.from_dict(openapi())
BATCHES = st.lists(st.binary(max_size=PLAN_BYTES) | st.sampled_from(hostile_amounts()), max_size=5).map(b"".join)
schemathesis.openapi.media_type("application/jsonl", BATCHES)
HOW = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same requests in every run; what breaks is printed as a curl line, and needs no shrinking."""


@pytest.fixture(scope="module")
def server(live_register: tuple[RegisterProcess, Engine]) -> RegisterProcess:
    return live_register[0]


@pytest.fixture(scope="module")
def engine(live_register: tuple[RegisterProcess, Engine]) -> Engine:
    return live_register[1]


@pytest.fixture(scope="module")
def caller(engine: Engine) -> Caller:
    return Caller(engine)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        yield opened


@SCHEMA.parametrize()
@settings(HOW, max_examples=15)
def test_what_the_reference_promises_holds(
    case: schemathesis.Case[Any], server: RegisterProcess, caller: Caller, session: requests.Session
) -> None:
    """No server error, nothing that is not described, nothing invalid taken, nothing valid refused."""
    sent = caller.sign(case.as_transport_kwargs(base_url=server.url))
    response = session.request(**sent, timeout=30)
    # a batch of well-formed bytes may still hold records that are not canonical: its own test says what is taken
    beyond: list[Any] = [positive_data_acceptance] if case.path.endswith("/journal") else []
    case.validate_response(response, excluded_checks=beyond)
    caller.hear(response.status_code, response.json())


def is_sound(body: dict[str, Any]) -> bool:
    """An intent's amount as the register may count it; said here once more, and not as the register says it."""
    amount = body.get("amount_yen")
    return isinstance(amount, int) and not isinstance(amount, bool) and 0 <= amount <= YEN_MAX


@pytest.fixture
def books(store_url: str) -> Iterator[tuple[RegisterProcess, Engine]]:
    """A register of its own over each database."""
    with serving_beside(store_url) as both:
        yield both


def test_money_is_taken_or_flagged_and_nothing_else_is_believed(
    books: tuple[RegisterProcess, Engine], session: requests.Session, api_examples: int
) -> None:
    """Batches of hostile records, signed and in their place: every one that was acknowledged is there byte for byte."""
    server, engine = books
    caller, told = Caller(engine), Counter[int]()

    @settings(HOW, max_examples=api_examples)
    @given(BATCHES)
    def send(plan: bytes) -> None:
        url = f"{server.url}/v1/kiosks/{caller.side.kiosk_id}/journal"
        kiosk_id, before, lines = caller.side.kiosk_id, caller.seq, caller.batch(plan)
        response = session.request(**caller.sign({"method": "POST", "url": url, "headers": caller.place, "data": plan}))
        told[response.status_code] += 1
        caller.hear(response.status_code, response.json())
        with reading(engine) as connection:
            held = select(JOURNAL.c.canonical).where(JOURNAL.c.kiosk_id == kiosk_id, JOURNAL.c.seq > before)
            kept = [bytes(row.canonical) + b"\n" for row in connection.execute(held.order_by(JOURNAL.c.seq))]
        assert b"".join(kept) == (lines if response.status_code == 200 else b"")

    send()
    assert told.keys() == {200, 422}
    _look_through(engine)


RIGHTLY_FOUND = ("quarantined", "day checkpoint")
"""A made-up day checkpoint fits no close: whoever verifies is told so."""


def _look_through(engine: Engine) -> None:
    problems = [problem for problem in verify(engine).problems if not any(word in problem for word in RIGHTLY_FOUND)]
    assert problems == []
    assert type(settle(engine, DAY).total_yen) is int
    with reading(engine) as connection:
        flagged = {(row.kiosk_id, row.seq) for row in connection.execute(select(EXCEPTION_FLAG))}
        intents = list(connection.execute(select(JOURNAL).where(JOURNAL.c.kind == "operation_prepared")))
        facts = list(connection.execute(select(SALE_FACT)))
    unsound = [row for row in intents if not is_sound(json.loads(row.canonical)["body"])]
    assert unsound, "nothing hostile was tried"
    assert [row.seq for row in unsound if (row.kiosk_id, row.seq) not in flagged] == []
    assert all(isinstance(fact.business_date, date) and 0 <= fact.amount_yen <= YEN_MAX for fact in facts)


@pytest.mark.parametrize("what", PURPOSES)
def test_nothing_is_done_for_whoever_has_not_signed(
    what: str, server: RegisterProcess, engine: Engine, session: requests.Session
) -> None:
    """Without a header, or with one bit of one header, the path or the body changed, the signature is worth nothing."""
    caller = Caller(engine)
    sent = caller.request(what, server.url)
    for name in sent["headers"]:
        without = {key: value for key, value in sent["headers"].items() if key != name}
        response = session.request(**{**sent, "headers": without})
        assert response.status_code in (401, 422), name
        value = sent["headers"][name]
        other = value[:-1] + ("1" if value[-1] == "0" else "0" if value[-1].isalnum() else value[-1] + "1")
        response = session.request(**{**sent, "headers": without | {name: other}})
        assert response.status_code in (401, 422), (name, other)
    elsewhere = Caller(engine)
    url = sent["url"].replace(caller.side.kiosk_id, elsewhere.side.kiosk_id)
    assert session.request(**{**sent, "url": url}).status_code == 401
    if sent["data"]:
        assert session.request(**{**sent, "data": sent["data"] + b" "}).status_code in (401, 422)
    assert session.request(**sent).status_code == 200, "as it was signed it is taken"


def test_the_reference_names_every_route(engine: Engine) -> None:
    app = make_app(engine, lambda: 0)
    routes = {
        (route.path, method.lower())
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    described = {(path, method) for path, operations in openapi()["paths"].items() for method in operations}
    assert routes == described


def test_the_reference_is_the_printed_one() -> None:
    """``python -m register.api.reference > docs/register-api.json``."""
    assert json.loads(REFERENCE.read_text("utf-8")) == openapi()


def test_the_register_does_not_publish_what_it_takes(server: RegisterProcess, session: requests.Session) -> None:
    for path in ("/openapi.json", "/docs", "/redoc", "/v1", "/"):
        assert session.get(server.url + path, timeout=30).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_is_told_which_there_is(server: RegisterProcess, session: requests.Session, method: str) -> None:
    response = session.request(method, f"{server.url}/v1/enroll", timeout=30)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
