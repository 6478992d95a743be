"""Asking within one operation: each try is signed anew, the rate limit waited out, and nothing asked for ever."""

import pytest

from drivers.context import Wake
from drivers.errors import DeviceError, LineLostError, PortMissingError
from drivers.http import HttpAnswer
from drivers.payment.paypay import protocol
from drivers.payment.paypay.link import (
    BACK_OFF_S,
    OPERATION_S_MAX,
    RETRY_AFTER_S_MAX,
    TRIES_MAX,
    Service,
    SilentError,
    Talk,
)
from drivers.payment.paypay.protocol import Reply
from tests.unit.drivers.payment.paypay.scripted_service import (
    ASK_PAYMENT,
    KEYS,
    START_S,
    NoClient,
    Said,
    ScriptedService,
    payment,
    said,
    service,
)

WAIT_S = 15.0
CALL = protocol.payment("op-1")
BUSY = said(429, "RATE_LIMIT")


def _talk(context: ScriptedService) -> Talk:
    nonces = iter(f"n{number}" for number in range(100))
    return Talk(Service(NoClient(), KEYS, context.wall_s, lambda: next(nonces)), context)


def _asked(*answers: Said) -> tuple[ScriptedService, Talk]:
    context = service(*((ASK_PAYMENT, answer) for answer in answers))
    return context, _talk(context)


def test_at_the_rate_limit_it_waits_as_told_and_signs_anew() -> None:
    context, talk = _asked(said(429, "RATE_LIMIT", retry_after="7"), payment())
    assert talk.ask(CALL, WAIT_S).code == "SUCCESS"
    assert context.pauses_s == [7.0]
    first, second = (request.headers["Authorization"].split(":") for request in context.requests)
    assert (first[3], second[3]) == ("n0", "n1")
    assert int(second[4]) == int(first[4]) + 7
    assert context.requests[0].body == context.requests[1].body


def test_where_no_time_is_told_the_waits_double_and_end() -> None:
    context, talk = _asked(*[BUSY] * TRIES_MAX)
    assert talk.ask(CALL, WAIT_S) == Reply(429, "RATE_LIMIT")
    assert context.pauses_s == [BACK_OFF_S, 2 * BACK_OFF_S, 4 * BACK_OFF_S]


def test_a_wait_that_is_asked_for_is_bounded() -> None:
    context, talk = _asked(said(429, "RATE_LIMIT", retry_after="86400"), payment())
    talk.ask(CALL, WAIT_S)
    assert context.pauses_s == [RETRY_AFTER_S_MAX]


def test_a_cancel_ends_the_wait_at_the_rate_limit() -> None:
    context = service((ASK_PAYMENT, BUSY), cancel_at_pause=1)
    talk = _talk(context)
    assert talk.ask(CALL, WAIT_S) == Reply(429, "RATE_LIMIT")
    assert talk.is_canceled


@pytest.mark.parametrize(
    "told",
    [
        Wake.TIMED_OUT,
        LineLostError("cut"),
        HttpAnswer(200, {}, b"<html>Please sign in</html>"),
        HttpAnswer(502, {}, b""),
        said(500, "INTERNAL_SERVER_ERROR"),
        said(503, "SOMETHING_ELSE"),
    ],
    ids=repr,
)
def test_whatever_does_not_tell_is_silence_and_is_not_sent_again(told: Said) -> None:
    context, talk = _asked(told)
    with pytest.raises(SilentError):
        talk.ask(CALL, WAIT_S)
    assert len(context.requests) == 1
    assert context.time_s <= START_S + WAIT_S


def test_maintenance_is_told_and_is_no_silence() -> None:
    _, talk = _asked(said(503, "MAINTENANCE_MODE"))
    assert talk.ask(CALL, WAIT_S) == Reply(503, "MAINTENANCE_MODE")


def test_a_request_that_never_left_is_told_as_such() -> None:
    _, talk = _asked(PortMissingError("no route"))
    with pytest.raises(PortMissingError):
        talk.ask(CALL, WAIT_S)


def test_after_the_operations_time_nothing_is_asked() -> None:
    context = service()
    talk = _talk(context)
    context.time_s += OPERATION_S_MAX
    assert talk.is_over
    with pytest.raises(DeviceError, match="too long"):
        talk.ask(CALL, WAIT_S)
    assert context.requests == []


def test_the_clocks_difference_is_what_the_last_answer_told() -> None:
    context = service(
        (ASK_PAYMENT, said(401, "UNAUTHORIZED", date="Wed, 25 Nov 2026 13:45:06 GMT")), (ASK_PAYMENT, payment())
    )
    talk = _talk(context)
    talk.ask(CALL, WAIT_S)
    assert talk.service.is_clock_wrong
    assert talk.service.skew_s == 1795614306 - context.wall_s()
    talk.ask(CALL, WAIT_S)
    assert not talk.service.is_clock_wrong, "an answer without a date tells of no difference"
