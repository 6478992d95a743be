"""Every result code of either protocol is a sentence of its own and a next step that fits, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from drivers.payment.api import DeclineReason
from drivers.payment.stxlrc import results as stxlrc
from drivers.payment.zvt.results import decline_reason
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.presenters.screen import Band
from kiosk.presenters.texts import Texts, load_texts
from kiosk.presenters.words import Words
from tests.unit.kiosk.presenters.test_words import an_operation

TEXTS = Path(__file__).resolve().parents[4] / "config" / "texts"
ZVT = {f"{code:02X}": decline_reason(code, we_asked_to_abort=False) for code in range(0x100)}
CODES = [*ZVT.items(), *stxlrc.DECLINE_REASONS.items()]
TELLS_TOO_MUCH = {
    "ja": ("盗難", "紛失", "限度", "残高", "停止", "無効", "ブラック", "信用"),
    "en": ("stolen", "lost", "limit", "balance", "funds", "blocked", "fraud", "invalid"),
}


@pytest.fixture(params=["ja", "en"])
def texts(request: pytest.FixtureRequest) -> Texts:
    return load_texts(TEXTS, request.param)


def declined(reason: str, code: str) -> Operation:
    return an_operation(State.DECLINED, reason, code)


def voided(operation: Operation) -> Operation:
    return replace(operation, prepared=replace(operation.prepared, operation_kind=OperationKind.VOID))


@pytest.mark.parametrize(("code", "reason"), CODES, ids=lambda value: str(value))
def test_a_code_is_a_sentence_the_money_and_a_next_step(texts: Texts, code: str, reason: DeclineReason) -> None:
    assert texts.has(f"decline.{reason}.what"), "not the sentence for what nobody foresaw"
    assert texts.has(f"decline.{reason}.next")
    sale = Words(texts).operation(declined(reason, code))
    assert sale.headline.startswith(texts(f"decline.{reason}.what"))
    assert code in sale.headline, "support asks for it"
    assert sale.detail == texts("state.declined.money") + texts(f"decline.{reason}.next")
    void = Words(texts).operation(voided(declined(reason, code)))
    is_void_already = reason is DeclineReason.ALREADY_REVERSED
    money = texts("void.decline.already_reversed.money" if is_void_already else "void.state.declined.money")
    assert void.detail.startswith(money)
    assert len(void.detail) > len(money)


def test_what_a_clerk_does_differently_is_said_differently(texts: Texts) -> None:
    words = Words(texts)
    said: dict[tuple[str, str], DeclineReason] = {}
    for reason in DeclineReason:
        band = words.operation(declined(reason, ""))
        assert said.setdefault((band.headline, band.detail), reason) is reason


@pytest.mark.parametrize(
    ("code", "ja"),
    [
        ("78", "期限"),
        ("64", "もう一度お支払いへ"),
        ("DC", "抜けないときは"),
        ("37", "暗証番号"),
        ("4B", "やり直さず"),
        ("5B", "少し待って"),
        ("A1", "少し待って"),
        ("C2", "保守担当"),
        ("C4", "保守担当"),
        ("E0", "待ち受け"),
        ("E2", "電源とケーブル"),
        ("6F", "円"),
        ("C6", "円"),
        ("CB", "円"),
        ("F0", "日計"),
        ("CC", "用紙"),
    ],
)
def test_the_next_step_fits_the_code(code: str, ja: str) -> None:
    band = Words(load_texts(TEXTS, "ja")).operation(declined(ZVT[code], code))
    assert ja in band.headline + band.detail


@pytest.mark.parametrize("code", ["05", "33", "3D", "3E", "43", "6E", "71", "41", "2B"])
def test_what_the_issuer_thinks_of_the_holder_is_not_told_at_the_counter(texts: Texts, code: str) -> None:
    band: Band = Words(texts).operation(declined(ZVT[code], code))
    assert ZVT[code] is DeclineReason.CARD_REFUSED
    told = (band.headline + band.detail).casefold()
    assert not [word for word in TELLS_TOO_MUCH[texts.language] if word in told]


def test_a_void_that_the_terminal_has_done_already_is_not_to_be_done_again(texts: Texts) -> None:
    words = Words(texts)
    again = words.operation(voided(declined(DeclineReason.ALREADY_REVERSED, "B4"))).detail
    elsewhere = words.operation(voided(declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "B5"))).detail
    assert texts("void.state.declined.money").strip() not in again, "the payment does not stand any more"
    assert again.endswith(texts("void.decline.already_reversed.next"))
    assert elsewhere.endswith(texts("void.decline.reversal_not_possible.next"))
