"""What ``kiosk journal verify`` says of each check, in Japanese and English, and what to do. Decides nothing."""

from kiosk.journal.inspection import Verdict

MARKS = {"ja": {True: "正常", False: "異常"}, "en": {True: "ok", False: "BAD"}}
_KEEP_JA = "この窓口で会計をせず、フォルダーをそのまま保管し(消さない、戻さない)、情報担当へ連絡してください。"
_KEEP_EN = "Take no payment here, keep the folder as it is (delete nothing, restore nothing), and call support."
_COMPARE_JA = f"{_KEEP_JA}会計課サーバーの `register verify` と精算票で、どちらが正しいかを確かめます。"
_COMPARE_EN = f"{_KEEP_EN} `register verify` and the papers of the days tell which copy is right."

_WORDS: dict[str, tuple[str, str, str, str, str, str]] = {
    "database file": (
        "データベースのファイル",
        "壊れていません",
        "壊れています",
        _KEEP_JA,
        "the file is sound",
        _KEEP_EN,
    ),
    "append-only table": (
        "追記だけの表",
        "書き換えと削除を防ぐ仕組みが働いています",
        "書き換えと削除を防ぐ仕組みが外されています",
        _COMPARE_JA,
        "what refuses changes and deletions is in place",
        _COMPARE_EN,
    ),
    "chain": (
        "記録のつながり",
        "最初から最後まで、書かれたままつながっています",
        "途中の記録が書き換えられたか、失われています",
        _COMPARE_JA,
        "every entry is as written and follows the one before it",
        _COMPARE_EN,
    ),
    "head file": (
        "末尾の控え(journal.head)",
        "最後に書いた記録まで残っています",
        "最後に書いた記録と合いません。後ろが失われたか、古い控えに戻されています",
        _COMPARE_JA,
        "the entry written last is still there",
        _COMPARE_EN,
    ),
    "read models": (
        "集計用の表",
        "記録から作り直したものと同じです",
        "記録から作り直したものと違います。画面と精算票の件数・金額は信用できません",
        "記録そのものは上の「記録のつながり」が正しければ無事です。情報担当へ連絡してください。",
        "equal to what the entries give",
        "The entries themselves are safe if the chain above is whole; lists and sums on screen and paper are not to be "
        "trusted. Call support.",
    ),
    "day checkpoints": (
        "日次確認",
        "記録された各日の確認が、その日の締めと合っています",
        "記録された日次確認が、その日の締めと合いません",
        _COMPARE_JA,
        "each recorded day agrees with its close",
        _COMPARE_EN,
    ),
    "acknowledged": (
        "会計課サーバーへの到達",
        "サーバーが受け取った記録と同じです",
        "サーバーが受け取った記録と合わないか、サーバーがこの窓口を止めています",
        _COMPARE_JA,
        "the entry that the register acknowledged is this one",
        _COMPARE_EN,
    ),
}
"""Check: name, good, bad and next step in Japanese; good and next step in English (its detail says what is bad)."""


def told(verdict: Verdict, language: str) -> str:
    """One line of a verdict, with the next step under it when it is bad."""
    name, good, bad, next_ja, good_en, next_en = _WORDS[verdict.check]
    mark = MARKS[language][verdict.ok]
    if language == "ja":
        said, then = f"{name}: {good if verdict.ok else bad} ({verdict.detail})", next_ja
    else:
        said, then = f"{verdict.check}: {f'{good_en} ({verdict.detail})' if verdict.ok else verdict.detail}", next_en
    return f"[{mark}] {said}" if verdict.ok else f"[{mark}] {said}\n    → {then}"
