"""What the check of a day's paper says to an auditor, in Japanese and English, and what to do. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.domain.checkpoint_check import NOTES, Finding, Rule


@dataclass(frozen=True, slots=True)
class Words:
    """One finding in two languages; ``{placeholders}`` are its values. A next step where there is one to take."""

    ja: str
    en: str
    next_ja: str = ""
    next_en: str = ""


MARKS = {"ja": ("一致", "参考", "不一致"), "en": ("agrees", "note", "DIFFERS")}
"""For what agrees, what is worth knowing, and what contradicts."""

WORDS: dict[Rule, Words] = {
    Rule.PAPER: Words(
        "精算票: 窓口 {kiosk_id}、{day}、記録 {first_seq:,}～{last_seq:,}、{count:,}件 {amount_yen:,}円、"
        "日次確認コード {code}",
        "the paper: kiosk {kiosk_id}, {day}, entries {first_seq:,} to {last_seq:,}, {count:,} sales, "
        "{amount_yen:,} yen, code {code}",
    ),
    Rule.SIGNED: Words(
        "署名は正しく、会計課サーバーに登録されたこの窓口の鍵 {key_id} によるものです。",
        "the signature is right, and made by key {key_id}, which the register enrolled for this kiosk.",
    ),
    Rule.SIGNED_BY_OWN_WORD: Words(
        "署名は、この記録自身が名指す鍵 {key_id} によるものです。鍵が本物かどうかはここでは分かりません。",
        "the signature is made by key {key_id}, as this book itself names it; whether that is genuine it cannot tell.",
        "会計課サーバーで `register verify --checkpoint` を実行すると、登録された鍵と比べられます。",
        "`register verify --checkpoint` at the register compares it with the keys it enrolled.",
    ),
    Rule.UNSIGNED: Words(
        "この精算票に署名はありません(当時、窓口は会計課サーバーに未登録)。記録との一致だけを確かめます。",
        "this paper is not signed (the kiosk was not enrolled then); only its agreement with the record is checked.",
    ),
    Rule.KEY_UNKNOWN: Words(
        "署名の鍵 {key_id} を、ここでは知りません。署名は確かめていません。",
        "the signing key {key_id} is not known here; the signature was not checked.",
        "会計課サーバーで `register verify --checkpoint` を実行してください。"
        "そこでも知らない鍵なら、この精算票は本物ではありません。",
        "Run `register verify --checkpoint` at the register. "
        "If it does not know the key either, the paper is not genuine.",
    ),
    Rule.KEY_NOT_ENROLLED: Words(
        "署名の鍵 {key_id} は、この窓口の鍵として登録されたことがありません。",
        "the signing key {key_id} was never enrolled for this kiosk.",
        "この精算票は本物ではないか、窓口の鍵が差し替えられています。紙を保管し、会計管理者へ知らせてください。",
        "The paper is not genuine, or the kiosk's key was exchanged. Keep the paper, and tell the treasurer.",
    ),
    Rule.KEY_REVOKED_BEFORE: Words(
        "署名の鍵 {key_id} は、この営業日より前の {revoked_on} に無効になっています。",
        "the signing key {key_id} was revoked on {revoked_on}, before this business day.",
        "盗まれた鍵で作られた紙かもしれません。紙を保管し、会計管理者へ知らせてください。",
        "The paper may have been made with a stolen key. Keep it, and tell the treasurer.",
    ),
    Rule.SIGNATURE_WRONG: Words(
        "署名が内容と合いません(鍵 {key_id})。",
        "the signature does not fit what is written (key {key_id}).",
        "読み取りの誤りがないか、もう一度読み取ってください。同じ結果なら、この精算票は書き換えられています。",
        "Scan it once more in case it was misread. If that changes nothing, the paper was forged or altered.",
    ),
    Rule.KIOSK_UNKNOWN: Words(
        "調べた記録に、窓口 {kiosk_id} のものは1件もありません。",
        "the book holds nothing of kiosk {kiosk_id}.",
        "記録の場所(--state、--db)を確かめてください。正しければ、記録がまるごと失われています。",
        "Make sure that it is the right book (--state, --db). If it is, all of it was lost.",
    ),
    Rule.OTHER_KIOSK: Words(
        "精算票は窓口 {kiosk_id} のもの、調べた記録は窓口 {held_id} のものです。",
        "the paper is of kiosk {kiosk_id}, the book of kiosk {held_id}.",
        "{kiosk_id} の記録で調べてください。",
        "Check it against the book of {kiosk_id}.",
    ),
    Rule.NO_EPOCH: Words(
        "調べた記録に、精算票の世代 {epoch} がありません。",
        "the book does not hold epoch {epoch}, which the paper is of.",
        "その世代の記録(古い機械や会計課サーバー)で調べてください。",
        "Check it where that epoch is kept: the machine of that time, or the register.",
    ),
    Rule.ENTRY_MISSING: Words(
        "記録は {held_seq:,}番で終わり、精算票が締めた {last_seq:,}番がありません。"
        "後ろが失われたか、古い控えに戻されています。",
        "the book ends at entry {held_seq:,}; entry {last_seq:,}, which the paper closed with, is gone: "
        "the end was lost, or an old backup put back.",
    ),
    Rule.CODE_UNKNOWN: Words(
        "日次確認コード {code} は、この記録のどの日とも合いません。",
        "no day of this book has the code {code}.",
        "打ち間違いがないか確かめてください。合わなければ、精算票のQRコードを読み取った全文で確認してください。",
        "Check it for a typing error. If it is right, scan the paper's QR symbol and check its whole text.",
    ),
    Rule.HASH_SAME: Words(
        "{last_seq:,}番の検証値が、精算票と同じです。",
        "the hash of entry {last_seq:,} is the one on the paper.",
    ),
    Rule.HASH_OTHER: Words(
        "{last_seq:,}番の検証値が、精算票と違います。その番号までのどこかが書き換えられています。",
        "the hash of entry {last_seq:,} is not the one on the paper: something up to it was changed.",
    ),
    Rule.CHAIN_BROKEN: Words(
        "記録のつながりが途中で切れています。",
        "the chain of the entries is broken.",
        "上の異常を見てください。",
        "See what is wrong above.",
    ),
    Rule.NOT_THE_CLOSE: Words(
        "{last_seq:,}番に、{day} の締めが残っていません。",
        "entry {last_seq:,} does not stand there as the close of {day}.",
    ),
    Rule.MONEY_SAME: Words(
        "件数と金額が同じです: {count:,}件 {amount_yen:,}円。",
        "count and sum are the same: {count:,}, {amount_yen:,} yen.",
    ),
    Rule.MONEY_OTHER: Words(
        "範囲・件数・金額が違います: 精算票 {count:,}件 {amount_yen:,}円、記録 {held_count:,}件 {held_yen:,}円。",
        "range, count or sum differ: the paper says {count:,}, {amount_yen:,} yen; "
        "the book {held_count:,}, {held_yen:,} yen.",
    ),
    Rule.RECORDED: Words(
        "締めの直後に、同じ日次確認が記録されています。",
        "the same checkpoint was recorded right after the close.",
    ),
    Rule.NOT_RECORDED: Words(
        "締めの後に日次確認の記録はありません(締めの直後に停止したか、記録がそこまで届いていません)。",
        "no checkpoint was recorded after the close (the kiosk stopped right then, or the book ends there).",
    ),
    Rule.RECORDED_OTHER: Words(
        "締めの後に記録された日次確認が、精算票と違います。",
        "the checkpoint recorded after the close is another than the paper's.",
    ),
    Rule.AGREES: Words(
        "結論: 一致しました。この窓口の記録は、1番から{last_seq:,}番まで、精算票を印刷したときのままです。",
        "conclusion: they agree. Entries 1 to {last_seq:,} of this kiosk are as they were when the paper was printed.",
    ),
    Rule.DIFFERS: Words(
        "結論: 一致しません。記録が後から書き換えられたか、この精算票が本物ではありません。",
        "conclusion: they do not agree. The book was changed afterwards, or the paper is not genuine.",
        "紙と記録をそのまま保管し(消さない、戻さない)、もう一方の控え(窓口の記録と会計課サーバー)でも同じ確認をして、"
        "会計管理者へ知らせてください。",
        "Keep paper and book as they are (delete nothing, restore nothing), check the other copy (the kiosk's journal, "
        "the register) the same way, and tell the treasurer.",
    ),
}


def told(finding: Finding, language: str) -> dict[str, str]:
    """One finding as a JSON object in ``language``, ja or en."""
    words = WORDS[finding.rule]
    values = {name: _shown(name, value, language) for name, value in finding.values.items()}
    what, then = (words.ja, words.next_ja) if language == "ja" else (words.en, words.next_en)
    verdict = "note" if finding.rule in NOTES else "ok" if finding.ok else "bad"
    return {
        "check": f"checkpoint.{finding.rule.value}",
        "verdict": verdict,
        "detail": what.format(**values),
        "next": then.format(**values),
    }


def line(told_finding: Mapping[str, str], language: str) -> str:
    """One finding for a person, with its next step under it."""
    good, note, bad = MARKS[language]
    mark = {"ok": good, "note": note, "bad": bad}[told_finding["verdict"]]
    text = f"[{mark}] {told_finding['detail']}"
    return f"{text}\n    → {told_finding['next']}" if told_finding["next"] else text


def _shown(name: str, value: str | int, language: str) -> str | int:
    if name in ("day", "revoked_on") and language == "ja":
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    return value
