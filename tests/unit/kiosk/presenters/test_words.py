"""Every state, reason, fault and rule has a sentence in both languages, and tells nobody to charge twice."""

import re
from dataclasses import replace
from enum import Enum
from itertools import product
from pathlib import Path

import pytest

from drivers.payment.api import DeclineReason, NotSentReason, Phase, UnknownReason
from drivers.printer.api import PrintFault
from kiosk.domain.cart import Cart
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.payment import Standing
from kiosk.presenters.screen import Tone
from kiosk.presenters.state import CODE_WORDS, WALLET_WORDS
from kiosk.presenters.texts import MissingTextError, Texts, load_texts
from kiosk.presenters.words import SCREENS, Words, family_of
from kiosk.services.notices import DocumentChanged, Light, Printing
from receipts.content import DocumentKind
from tests.ui.scripted_desk import CREDIT, ITEMS, prepared

ROOT = Path(__file__).resolve().parents[4]
SOURCES = [*(ROOT / "kiosk" / "services").glob("*.py"), *(ROOT / "kiosk" / "runtime").glob("*.py")]
SOURCES += [ROOT / "kiosk" / "domain" / "cart.py"]
RULE = re.compile(r'(?:RefusalError|CartError|Refused)\(\s*"([a-z_]+)"')


@pytest.fixture(params=["ja", "en"])
def texts(request: pytest.FixtureRequest) -> Texts:
    return load_texts(ROOT / "config" / "texts", request.param)


WALLET_DECLINES = (
    *("code_refused", "code_expired", "clock_wrong", "keys_refused", "service_unavailable"),
    *("timed_out", "canceled", "terminal_error"),
)
GIVEN_BACK = ("already_reversed", "reversal_not_possible")
WALLET_NOT_SENT = ("service_unreachable", "other_code", "not_presented", "no_answer", "canceled", "not_supported")
WALLET_DOUBTS = ("service_silent", "protocol", "mismatch", "not_durable", "restarted", "unanswered")
WALLET_PHASES = ("connecting", "wait_clerk", "wait_code", "processing", "finishing", "canceling", "inquiring")


def an_operation(state: State, reason: str = "", code: str = "", kind: OperationKind = OperationKind.SALE) -> Operation:
    cart = Cart().add(ITEMS[0])
    begun = replace(prepared(cart, CREDIT, 1), operation_kind=kind)
    return Operation(begun, state, 1, reason=reason, code=code)


def wallet_words(texts: Texts, operation: Operation) -> Words:
    return Words(texts, {operation.prepared.device: WALLET_WORDS})


def spoken(texts: Texts, operation: Operation) -> list[str]:
    band = wallet_words(texts, operation).operation(operation)
    return [band.headline, band.detail]


def test_every_state_has_a_screen() -> None:
    assert set(SCREENS) == set(State)


def test_every_state_speaks(texts: Texts) -> None:
    for state in State:
        band = Words(texts).operation(an_operation(state))
        assert band.headline
        assert band.detail
        assert band.figure == texts.yen(300)


FAMILIES: list[tuple[str, type[Enum]]] = [
    ("decline", DeclineReason),
    ("not_sent", NotSentReason),
    ("unknown", UnknownReason),
    ("phase", Phase),
]


@pytest.mark.parametrize(("family", "members"), FAMILIES)
def test_every_reason_says_what_happened_and_what_to_do(texts: Texts, family: str, members: type[Enum]) -> None:
    for member in members:
        assert texts.has(f"{family}.{member.value}.what"), member
        assert texts.has(f"{family}.{member.value}.next"), member


def test_every_refusal_in_the_product_has_a_sentence(texts: Texts) -> None:
    rules = {rule for source in SOURCES for rule in RULE.findall(source.read_text(encoding="utf-8"))}
    assert len(rules) > 15
    for rule in rules:
        assert texts.has(f"rule.{rule}.what"), rule
        assert texts.has(f"rule.{rule}.next"), rule


def test_every_print_fault_document_light_and_standing_speaks(texts: Texts) -> None:
    for fault, printing in product(PrintFault, Printing):
        band = Words(texts).document(DocumentChanged("s", "usage_slip", "A1-1", 2, printing, fault))
        assert texts(f"print_fault.{fault}").strip() in band.detail
    for kind in DocumentKind:
        assert texts.has(f"document.{kind}")
    lost = Words(texts).document(DocumentChanged("s", "terminal_customer", "T", 0, Printing.FAILED, "paper_end"))
    assert lost.detail == texts("print_fault.paper_end") + texts("mend.paper_end") + texts("terminal_print.failed.next")
    for light in Light:
        assert texts.has(f"lamp.{light}")
    for standing in Standing:
        assert texts.has(f"standing.{standing}")


def test_in_doubt_is_black_on_yellow_and_forbids_a_second_charge() -> None:
    texts = load_texts(ROOT / "config" / "texts", "ja")
    for reason in UnknownReason:
        band = Words(texts).operation(an_operation(State.IN_DOUBT, reason))
        assert band.tone is Tone.DOUBT
        assert band.headline.startswith("結果不明")
        again = "支払ってもらわず" if reason is UnknownReason.NO_COMPLETION else "請求せず"
        assert f"もう一度{again}" in band.detail


BY_CODE = ("no_completion", "mismatch", "clerk_unsure", "restarted", "not_durable")


@pytest.mark.parametrize("reason", BY_CODE)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_doubt_without_a_terminal_speaks_of_none(language: str, reason: str) -> None:
    operation = an_operation(State.IN_DOUBT, reason)
    texts = load_texts(ROOT / "config" / "texts", language)
    words = Words(texts, {operation.prepared.device: CODE_WORDS})
    about = words.texts_about(operation)
    band = words.doubt(operation, inquiring=False)
    told = [band.headline, band.detail, *(about(f"doubt.step.{n}") for n in (1, 2, 3)), about("key.inquire")]
    assert not [each for each in told if "端末" in each or "terminal" in each.lower()]
    assert ("もう一度支払ってもらわず" if language == "ja" else "Do not have it paid again") in band.detail


def test_a_wallet_and_its_service_are_never_called_a_terminal_or_a_card(texts: Texts) -> None:
    told: list[str] = []
    for reasons, state in ((WALLET_DECLINES, State.DECLINED), (WALLET_NOT_SENT, State.NOT_SENT)):
        for reason, kind in product(reasons, OperationKind):
            told += spoken(texts, an_operation(state, reason, "NO_SUFFICIENT_FUND", kind))
    for reason, kind in product(WALLET_DOUBTS, OperationKind):
        doubtful = an_operation(State.IN_DOUBT, reason, kind=kind)
        told += spoken(texts, doubtful)
        about = wallet_words(texts, doubtful).texts_about(doubtful)
        own = family_of(doubtful)
        told += [about(f"{own}doubt.step.{n}") for n in (1, 2, 3)] + [about("key.inquire")]
        told += [wallet_words(texts, doubtful).doubt(doubtful, inquiring=True).headline]
    for phase in WALLET_PHASES:
        told += wallet_words(texts, doubtful).phase(phase, doubtful.prepared.device)
    wrong = ("端末", "カード", "terminal", "card", "FUND")
    assert not [each for each in told if any(word in each.lower() or word in each for word in wrong)]


def test_a_wallets_doubt_forbids_a_second_payment_and_a_refusal_says_that_no_money_moved() -> None:
    texts = load_texts(ROOT / "config" / "texts", "ja")
    for reason in WALLET_DOUBTS:
        doubtful = an_operation(State.IN_DOUBT, reason)
        band = wallet_words(texts, doubtful).operation(doubtful)
        assert band.headline.startswith("結果不明")
        assert "もう一度支払ってもらわず" in band.detail
    for reason in WALLET_DECLINES:
        declined = an_operation(State.DECLINED, reason)
        assert wallet_words(texts, declined).operation(declined).detail.startswith("決済は成立していません。")
    for reason in WALLET_NOT_SENT:
        not_sent = an_operation(State.NOT_SENT, reason)
        assert wallet_words(texts, not_sent).operation(not_sent).detail.startswith("請求していません。")


def test_an_empty_key_is_no_text() -> None:
    texts = load_texts(ROOT / "config" / "texts", "ja")
    assert not texts.has("")
    assert texts.first("", "doubt.step.1") == texts("doubt.step.1")
    with pytest.raises(MissingTextError):
        texts("")


def test_what_did_not_succeed_says_so_about_the_money() -> None:
    texts = load_texts(ROOT / "config" / "texts", "ja")
    band = Words(texts).operation(an_operation(State.DECLINED, "card_refused", "6C"))
    assert band.headline == "このカードは使えませんでした。（端末の応答 6C）"
    assert band.detail.startswith("決済は成立していません。")
    not_sent = Words(texts).operation(an_operation(State.NOT_SENT, "port_missing"))
    assert not_sent.detail.startswith("請求していません。")


def test_an_unforeseen_reason_still_gets_a_sentence(texts: Texts) -> None:
    assert Words(texts).operation(an_operation(State.DECLINED, "from_the_future")).headline
    assert Words(texts).refusal("from_the_future").headline


def test_a_missing_key_is_an_error(texts: Texts) -> None:
    with pytest.raises(MissingTextError):
        texts("no.such.key")


def test_one_word_for_one_thing() -> None:
    source = (ROOT / "config" / "texts" / "ja" / "screen.po").read_text(encoding="utf-8")
    sentences = re.findall(r'^msgstr "(.+)"$', source, re.MULTILINE)
    assert not [x for x in sentences if "エラー" in x or "キャンセル" in x or "返金" in x or "取り消" in x]
