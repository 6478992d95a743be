"""Journal entries as lines for people, in Japanese or English. Owns these words; refuses to show tokens or hashes."""

from enum import StrEnum
from typing import assert_never

from kiosk.domain.checkpoint import CheckpointError, parse_checkpoint
from kiosk.domain.money import Yen, format_yen
from kiosk.domain.operation import (
    BY_RULE,
    Abandoned,
    Approved,
    Declined,
    Event,
    NotCharged,
    NotSent,
    OperationKind,
    OutcomeUnknown,
    Prepared,
    Reported,
    Requested,
    ResolvedCharged,
    ResolvedNotCharged,
    SaleLine,
    Seen,
)
from kiosk.domain.record import (
    Body,
    CodeEnrolled,
    CodeTested,
    DailyLogCompared,
    DayCheckpoint,
    DayClosed,
    DayOpened,
    DocumentIssued,
    DocumentPrinted,
    DrawerOpened,
    FollowUpClosed,
    FreeSale,
    KioskStarted,
    OperationEvent,
    PinRefused,
    Record,
    RefundRequested,
    SignedIn,
    SignedOut,
)


class Language(StrEnum):
    """Languages of the listing."""

    JAPANESE = "ja"
    ENGLISH = "en"


KINDS = {
    "kiosk_started": ("起動", "started"),
    "signed_in": ("サインイン", "signed in"),
    "signed_out": ("サインアウト", "signed out"),
    "pin_refused": ("暗証番号違い", "wrong PIN"),
    "day_opened": ("営業開始", "day opened"),
    "day_closed": ("締め", "day closed"),
    "day_checkpoint": ("日次確認", "day checkpoint"),
    "free_sale": ("無料", "free of charge"),
    "document_issued": ("発行", "document issued"),
    "document_printed": ("印刷", "document printed"),
    "drawer_opened": ("引き出し", "drawer opened"),
    "refund_requested": ("還付の依頼", "refund requested"),
    "follow_up_closed": ("後日確認の結果", "followed up"),
    "code_enrolled": ("決済コードの登録", "code enrolled"),
    "code_tested": ("決済コードの試験", "code tested"),
    "daily_log_compared": ("端末日計の確認", "daily log compared"),
    "operation_prepared": ("会計", "prepared"),
    "operation_requested": ("請求", "requested"),
    "operation_abandoned": ("中止", "abandoned"),
    "operation_reported": ("端末応答", "reported"),
    "operation_approved": ("成立", "approved"),
    "operation_declined": ("不成立", "declined"),
    "operation_not_sent": ("未送信", "not sent"),
    "operation_outcome_unknown": ("結果不明", "in doubt"),
    "operation_not_charged": ("請求なしを確認", "found not charged"),
    "operation_resolved_charged": ("成立と判断", "resolved: charged"),
    "operation_resolved_not_charged": ("請求なしと判断", "resolved: not charged"),
}
"""Kind: Japanese, English."""
OPERATIONS = {
    OperationKind.SALE: ("売上", "sale"),
    OperationKind.VOID: ("取消", "void"),
    OperationKind.REFUND: ("還付", "refund"),
}
PRINTING = {
    "sent": ("送信", "sent"),
    "printed": ("印刷済み", "printed"),
    "unknown": ("印刷結果不明", "unknown"),
    "failed": ("印刷できず", "failed"),
}
DRAWER = {
    "change": ("両替", "changing money"),
    "count": ("現金の確認", "counting"),
    "cash_in": ("つり銭の補充", "putting change in"),
    "mistake": ("閉め直し", "closed too early"),
}
NAMES_MAX = 2
"""Items named in a line; the rest is counted."""


def describe(record: Record, language: Language) -> str:
    """One line: place, wall time, kind, what, who, and with whose approval."""
    column = 0 if language is Language.JAPANESE else 1
    header = record.header
    people = f"{header.actor.title} {header.actor.name}".strip() or header.actor.operator_id
    if header.approver is not None:
        approved_by = ("承認", "approved by")[column]
        people += f" ({approved_by}: {header.approver.title} {header.approver.name})"
    parts = (KINDS[header.kind][column], *_parts(record.body, column), f"[{people}]")
    return f"{header.seq:>7}  {header.at}  {'  '.join(part for part in parts if part)}"


def _parts(body: Body, column: int) -> tuple[str, ...]:
    match body:
        case Prepared():
            kind = OPERATIONS[body.operation_kind][column]
            return (kind, _items(body.lines, column), format_yen(body.amount_yen), body.tender_name)
        case FreeSale():
            reason = body.exemption_name or "、".join(body.free_reasons)
            return (_items(body.lines, column), reason)
        case OperationEvent(_, event):
            return _event_parts(event, column)
        case DocumentIssued():
            again = ("再発行", "copy")[column]
            return (body.serial_number, f"{again} {body.copy_number}" if body.copy_number else "")
        case DocumentPrinted():
            return (PRINTING.get(body.state, (body.state, body.state))[column], body.fault)
        case DrawerOpened(reason):
            return (DRAWER.get(reason, (reason, reason))[column],)
        case DayClosed():
            totals = (f"{total.tender} {total.count} {format_yen(total.amount_yen)}" for total in body.totals)
            return (*totals, f"{('無料', 'free')[column]} {body.free_count}" if body.free_count else "")
        case DayCheckpoint(text, public_key):
            return (_code(text), ("署名あり", "signed")[column] if public_key else ("署名なし", "not signed")[column])
        case RefundRequested():
            return (format_yen(body.amount_yen), body.reason)
        case FollowUpClosed(_, charged, evidence):
            found = (("売上にならず", "no sale"), ("売上", "a sale"))[charged][column]
            return (found, evidence)
        case CodeEnrolled(device, text):
            return (device, text)
        case CodeTested(device, brand, passed):
            return (device, brand, (("不合格", "failed"), ("合格", "passed"))[passed][column])
        case DailyLogCompared():
            if body.unavailable:
                return (body.device, ("応答なし", "no answer")[column], body.unavailable)
            sides = (sum(each.amount_yen for each in side) for side in (body.ours, body.theirs))
            words = (("記録", "ours"), ("端末", "terminal"))
            return (
                body.device,
                *(f"{word[column]} {format_yen(Yen(amount))}" for word, amount in zip(words, sides, strict=True)),
            )
        case KioskStarted():
            return (body.program_version, ("訓練", "training")[column] if body.training else "")
        case SignedIn():
            return (body.role,)
        case PinRefused():
            return (body.operator_id, body.act)
        case SignedOut() | DayOpened():
            return ()
        case _:
            assert_never(body)


def _code(text: str) -> str:
    try:
        return parse_checkpoint(text).code
    except CheckpointError:
        return "?"


def _event_parts(event: Event, column: int) -> tuple[str, ...]:
    match event:
        case Requested(sequence_number):
            return (f"#{sequence_number}",)
        case Approved(amount_yen, result, source):
            by_rule = ("処理未了の規則による売上", "a sale by the rule for 処理未了")[column]
            number = result.slip_number or result.payment_last4
            return (format_yen(amount_yen), result.brand, number, by_rule if source == BY_RULE else "")
        case Reported(approved, amount_yen, result, code):
            answer = (("成立", "approved"), ("不成立", "declined"))[not approved][column]
            return (answer, format_yen(amount_yen), result.brand, code)
        case ResolvedCharged(evidence, result, reference):
            return (evidence, reference or result.slip_number)
        case Declined(reason, code):
            return (reason, code)
        case OutcomeUnknown(reason, seen):
            return (reason, *_seen_parts(seen, column)) if seen else (reason,)
        case NotSent(reason) | Abandoned(reason):
            return (reason,)
        case NotCharged(evidence):
            return (evidence,)
        case ResolvedNotCharged(evidence, provisional, reference):
            return (evidence, reference, ("後日確認", "to be followed up")[column] if provisional else "")
        case _:
            assert_never(event)


def _seen_parts(seen: Seen, column: int) -> tuple[str, ...]:
    """What the terminal showed, and the rule of its brand where one was applied."""
    other = ("端末の金額", "terminal took")[column]
    rule = f"{('処理未了', 'unfinished')[column]}: {seen.rule.treatment}" if seen.rule else ""
    since = seen.rule.valid_from if seen.rule else None
    return (
        seen.brand,
        seen.slip_number,
        f"{other} {format_yen(seen.amount_yen)}" if seen.amount_yen else "",
        f"{rule} ({('適用', 'from')[column]} {since})" if since else rule,
        f"{('照会期限', 'inquire by')[column]} {seen.inquire_by}" if seen.inquire_by else "",
    )


def _items(lines: tuple[SaleLine, ...], column: int) -> str:
    named = "、".join(f"{line.name}×{line.quantity}" for line in lines[:NAMES_MAX])
    rest = len(lines) - NAMES_MAX
    return named + (f" {('ほか', 'and')[column]} {rest}{('件', ' more')[column]}" if rest > 0 else "")
