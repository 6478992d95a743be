"""Card numbers in whatever a driver reports and a person keys: not in the journal's files, its listings or notices."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.payment import api
from drivers.payment.attended.driver import AttendedTerminal
from kiosk.cli import main
from kiosk.domain.bug_report import bug_report
from kiosk.domain.operation import State
from kiosk.services.compare_daily_log import compare_daily_log
from kiosk.services.resolve_in_doubt import resolve_by_person
from kiosk.services.take_payment import take_payment
from tests.canaries.canaries import CARDS, PIN, TOKEN, TRACK_2, found_in
from tests.canaries.sinks import files, leaks, log
from tests.unit.drivers.payment.scripted_context import ScriptedContext
from tests.unit.kiosk.conftest import CHIEF, CLERK, CREDIT, Bench, QuietContext, ScriptedDevice, approved

OTHER_YEN = 299
LENGTHS = {len(card): card for card in CARDS}
"""One card number of each length."""


def telling(card: str) -> list[ScriptedDevice]:
    """Devices of drivers that mask nothing: one for each way to tell a card number."""
    paid = replace(approved(), brand=f"Visa {card}", approval_code=card, slip_number=card, card_last4=card)
    grouped = "-".join(card[at : at + 4] for at in range(0, len(card), 4))
    unfinished = api.OutcomeUnknown(api.UnknownReason.UNFINISHED, "Visa", card)
    lost = api.OutcomeUnknown(api.UnknownReason.LINE_LOST)
    return [
        ScriptedDevice(sales=[paid], reports=[paid]),
        ScriptedDevice(sales=[api.Declined(api.DeclineReason.CARD_REFUSED, f"{card}=2812")]),
        ScriptedDevice(sales=[lost], inquiries=[api.NotCharged(f"last card {grouped}")]),
        ScriptedDevice(sales=[replace(paid, amount_yen=OTHER_YEN)], inquiries=[unfinished]),
        ScriptedDevice(sales=[unfinished], inquiries=[unfinished]),
    ]


@pytest.mark.parametrize("card", LENGTHS.values())
def test_what_drivers_report_and_people_key_is_recorded_without_card_numbers(
    open_bench: Bench,
    tmp_path: Path,
    card: str,
    caplog: pytest.LogCaptureFixture,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    caplog.set_level(logging.DEBUG)
    states = []
    for device in telling(card):
        operation = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
        states.append(operation.state)
        if operation.state is State.IN_DOUBT:
            resolve_by_person(
                open_bench.counter,
                operation.prepared.operation_id,
                charged=True,
                evidence=f"控え {card} PAN={TRACK_2}",
                actor=CLERK.actor,
                approver=CHIEF.actor,
            )
    assert states == [State.APPROVED, State.DECLINED, State.NOT_CHARGED, State.IN_DOUBT, State.IN_DOUBT]
    listed = replace(approved(), brand=f"Visa {card}", slip_number=card)
    day = api.DailyLog((api.BrandTotal(f"Visa {card}", 1, 300),), settled=True, entries=(listed,))
    head = open_bench.journal.books().head().seq
    compare_daily_log(open_bench.counter, "terminal", day, CLERK.actor, up_to_seq=head)
    for command in (["show"], ["export"], ["verify"]):
        main(["journal", *command, "--state", str(tmp_path / "journal")])
    told = capfdbinary.readouterr()
    assert card[-4:].encode() in told.out, "the listings have told of these payments"
    notices = repr(open_bench.told).encode()
    sinks = {"output": told.out, "errors": told.err, "notices": notices, **files(tmp_path), **log(caplog.records)}
    assert leaks(sinks) == {}


@pytest.mark.parametrize("name", ["slip_number", "approval_code"])
def test_a_card_number_keyed_where_a_slips_number_belongs_is_asked_for_again(name: str) -> None:
    request = api.AuthorizationRequest("op", 1, 300, api.Media.CREDIT, brands=("Visa",))
    right = {"amount_yen": "300", "slip_number": "0231", "approval_code": "123456"}
    for card in CARDS:
        context = ScriptedContext([api.Entry("approved", {**right, name: card}), api.Entry("approved", right)])
        outcome = AttendedTerminal().authorize_sales(request, context)
        assert len(context.asked) == 2, "asked again"
        assert found_in(repr((outcome, context.committed)).encode()) == []
        for answer in ("unfinished", "wrong_amount"):
            seen = api.Entry(answer, {**right, "amount_yen": "299", name: card})
            outcome = AttendedTerminal().authorize_sales(request, ScriptedContext([seen]))
            assert found_in(repr(outcome).encode()) == []


def test_a_bug_tells_its_place_and_none_of_its_words() -> None:
    for secret in (*CARDS, TRACK_2, PIN, TOKEN):
        try:
            try:
                raise KeyError(secret)
            except KeyError as inner:
                raise ValueError(f"bad {secret}") from inner
        except ValueError as error:
            told = bug_report(error)
        assert "ValueError at" in told
        assert found_in(told.encode()) == []
