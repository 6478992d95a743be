"""The device: what it asks of the clerk, what it refuses before anything is sent, and how it says that it is well."""

from dataclasses import replace

import pytest

from drivers.context import Wake
from drivers.errors import PortMissingError
from drivers.payment.api import (
    AuthorizationRequest,
    DailyLogKind,
    Entry,
    FieldKind,
    Form,
    LogUnavailable,
    Media,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
)
from drivers.payment.paypay.driver import HEALTH_ID, TRACES_MAX, PayPay, PayPaySettings, Presents
from drivers.payment.paypay.protocol import Keys
from tests.unit.drivers.payment.paypay.scripted_service import (
    CHARGE,
    CREATE,
    NO_PAYMENT,
    SALE,
    VOID,
    WALLET,
    NoClient,
    Said,
    driver,
    payment,
    said,
    scanned,
    service,
)

HEALTH = f"GET /v2/codes/payments/{HEALTH_ID}"


def test_it_takes_codes_and_gives_back_and_can_be_asked() -> None:
    can = driver(service()).capabilities
    assert can.media == {Media.CODE}
    assert (can.can_inquire, can.can_void, can.can_refund, can.can_daily_log) == (True, True, True, False)
    assert not can.training


def test_with_keys_of_the_sandbox_nothing_is_money() -> None:
    keys = Keys("key", "secret", "merchant", is_sandbox=True)
    paypay = PayPay(NoClient(), keys, PayPaySettings(), wall_s=lambda: 0.0, new_nonce=lambda: "n")
    assert paypay.capabilities.training


@pytest.mark.parametrize(
    "request_",
    [
        replace(SALE, media=Media.CREDIT),
        replace(SALE, amount_yen=0),
        replace(SALE, amount_yen=10**11),
        replace(SALE, operation_id="op 1"),
        replace(SALE, operation_id="x" * 65),
    ],
)
def test_what_the_service_could_not_take_is_not_sent(request_: AuthorizationRequest) -> None:
    context = service()
    assert driver(context).authorize_sales(request_, context) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert context.forms == []


def _asked(presents: Presents, entry: Entry | Wake, *script: tuple[str, Said]) -> tuple[object, Form]:
    context = service(*script, entries=(entry,))
    outcome = driver(context, presents).authorize_sales(SALE, context)
    assert not context.script
    (form,) = context.forms
    return outcome, form


def test_the_clerk_may_scan_or_show_a_code() -> None:
    _, form = _asked(Presents.EITHER, scanned(), (CHARGE, payment()))
    assert (form.name, form.amount_yen, form.answers) == ("wallet_or_code", 600, ("show_code", "cancel"))
    (field,) = form.fields
    assert (field.name, field.kind, field.required) == ("wallet_code", FieldKind.SCAN, False)
    told, _ = _asked(Presents.EITHER, Entry("show_code"), (CREATE, PortMissingError("no route")))
    assert told == NotSent(NotSentReason.SERVICE_UNREACHABLE)


def test_a_counter_whose_citizens_show_codes_asks_for_a_scan() -> None:
    _, form = _asked(Presents.CITIZEN, scanned(), (CHARGE, payment()))
    assert (form.name, form.answers, form.fields[0].required) == ("wallet_scan", ("scanned", "cancel"), True)


def test_a_counter_that_shows_codes_asks_nobody() -> None:
    context = service((CREATE, PortMissingError("no route")))
    driver(context, Presents.COUNTER).authorize_sales(SALE, context)
    assert context.forms == []


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Wake.CANCEL, NotSentReason.CANCELED),
        (Wake.TIMED_OUT, NotSentReason.NOT_PRESENTED),
        (Entry("cancel", {"wallet_code": WALLET}), NotSentReason.CANCELED),
        (Entry("scanned"), NotSentReason.CANCELED),
        (Entry("scanned", {"wallet_code": "900000021234567890123X"}), NotSentReason.OTHER_CODE),
        (Entry("scanned", {"wallet_code": "hQVDUFYwMWEaTwegAAAAVVVV"}), NotSentReason.OTHER_CODE),
    ],
    ids=repr,
)
def test_without_a_code_of_the_wallets_nothing_is_sent(entry: Entry | Wake, reason: NotSentReason) -> None:
    told, _ = _asked(Presents.CITIZEN, entry)
    assert told == NotSent(reason)


def test_the_provider_closes_its_own_day() -> None:
    context = service()
    assert driver(context).access_daily_log(DailyLogKind.SETTLEMENT, context) == LogUnavailable(
        NotSentReason.NOT_SUPPORTED
    )


def test_health_moves_nothing_and_tells_what_is_wrong() -> None:
    context = service((HEALTH, NO_PAYMENT))
    assert driver(context).check_health(context).ready
    refused = service((HEALTH, said(401, "UNAUTHORIZED")))
    assert driver(refused).check_health(refused).detail == "UNAUTHORIZED"
    gone = service((HEALTH, PortMissingError("https://x: cannot be reached")))
    told = driver(gone).check_health(gone)
    assert (told.ready, told.detail) == (False, "https://x: cannot be reached")


def test_health_names_a_clock_that_is_wrong_and_by_how_much() -> None:
    context = service((HEALTH, said(401, "UNAUTHORIZED", date="Tue, 25 Nov 2025 13:35:06 GMT")))
    told = driver(context).check_health(context)
    assert not told.ready
    assert told.detail == "this machine's clock is 600 s ahead of the service's: set it"


def test_what_it_remembers_is_bounded() -> None:
    context = service()
    paypay = driver(context)
    for number in range(TRACES_MAX + 10):
        for kept in (replace(SALE, operation_id=f"op-{number}"), replace(VOID, operation_id=f"void-{number}")):
            lost = service((CREATE if kept.operation_id.startswith("op") else "POST /v2/refunds", Wake.TIMED_OUT))
            give = paypay.authorize_sales if kept.operation_id.startswith("op") else paypay.authorize_void
            assert isinstance(give(kept, lost), NotSent | OutcomeUnknown)
    assert len(paypay._traces) == len(paypay._refunds) == TRACES_MAX
