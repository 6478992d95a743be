"""Journal entries as a person reads them."""

import pytest

from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Abandoned,
    Declined,
    Event,
    NotCharged,
    NotSent,
    OperationKind,
    OutcomeUnknown,
    Reported,
    ResolvedCharged,
    ResolvedNotCharged,
)
from kiosk.domain.record import (
    SYSTEM,
    Actor,
    Body,
    DayClosed,
    Header,
    KioskStarted,
    SignedOut,
    TenderTotal,
    kind_of,
    seal,
)
from kiosk.domain.tender import TenderKind
from kiosk.journal.listing import Language, describe
from tests.unit.kiosk.journal.history import CLERK, MONDAY, draft, issued, moved, prepared, printed, result


def described(body: Body, language: Language = Language.JAPANESE, actor: Actor = CLERK) -> str:
    header = Header("k", 1, 12, kind_of(body), "2026-11-23T10:15:02.123+09:00", 1, "b", MONDAY, actor, "m1")
    return describe(seal(draft(body), header, bytes(32)), language).removeprefix(f"     12  {header.at}  ")


@pytest.mark.parametrize(
    ("body", "japanese", "english"),
    [
        (SignedOut(), "サインアウト", "signed out"),
        (KioskStarted("0.1.0", "3.53.4", training=True), "起動  0.1.0  訓練", "started  0.1.0  training"),
        (
            DayClosed(1, 9, (TenderTotal(TenderKind.CASH, 2, Yen(1200)),), free_count=3),
            "締め  cash 2 1,200円  無料 3",
            "day closed  cash 2 1,200円  free 3",
        ),
        (
            prepared(2, sale=1, kind=OperationKind.VOID),
            "会計  取消  住民票の写し×2  600円  クレジットカード",
            "prepared  void  住民票の写し×2  600円  クレジットカード",
        ),
        (
            prepared(2, sale=1, kind=OperationKind.REFUND),
            "会計  還付  住民票の写し×2  600円  クレジットカード",
            "prepared  refund  住民票の写し×2  600円  クレジットカード",
        ),
        (issued(2, sale=1, serial=1, copy=2), "発行  U2026-1  再発行 2", "document issued  U2026-1  copy 2"),
        (printed(1, "failed", "paper_out"), "印刷  印刷できず  paper_out", "document printed  failed  paper_out"),
    ],
)
def test_facts(body: Body, japanese: str, english: str) -> None:
    assert described(body) == f"{japanese}  [出納員 山田 花子]"
    assert described(body, Language.ENGLISH) == f"{english}  [出納員 山田 花子]"


@pytest.mark.parametrize(
    ("event", "japanese"),
    [
        (Reported(approved=True, amount_yen=Yen(600), result=result()), "端末応答  成立  600円  VISA"),
        (
            Reported(approved=False, amount_yen=Yen(600), result=result(), code="51"),
            "端末応答  不成立  600円  VISA  51",
        ),
        (Declined("balance", "51"), "不成立  balance  51"),
        (NotSent("offline"), "未送信  offline"),
        (Abandoned("cancelled"), "中止  cancelled"),
        (OutcomeUnknown("silent"), "結果不明  silent"),
        (NotCharged("inquiry"), "請求なしを確認  inquiry"),
        (ResolvedCharged("slip seen", result()), "成立と判断  slip seen  00012"),
        (ResolvedNotCharged("phoned"), "請求なしと判断  phoned"),
    ],
)
def test_events(event: Event, japanese: str) -> None:
    assert described(moved(1, event)) == f"{japanese}  [出納員 山田 花子]"


def test_what_no_person_did_is_said_to_be_the_systems() -> None:
    assert described(SignedOut(), actor=SYSTEM) == "サインアウト  [system]"
