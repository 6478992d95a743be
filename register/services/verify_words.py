"""What ``register verify`` says of each problem, in Japanese and English, and what to do. Decides nothing."""

from register.services.verify import Problem, ProblemRule, Verdict
from register.services.verify_export import ExportVerdict

_KEEP_JA = (
    "データベースをそのまま保管し(直さない、戻さない)、窓口の記録と精算票で、どちらが正しいかを確かめてください。"
)
_KEEP_EN = (
    "Keep the database as it is (mend nothing, restore nothing); the kiosk's journal and the papers tell what is right."
)

_WORDS: dict[ProblemRule, tuple[str, str, str, str]] = {
    ProblemRule.FROZEN: (
        "この窓口からの受け取りを止めています",
        "nothing is taken from this kiosk",
        "窓口で `kiosk journal verify` を実行し、原因が分かってから登録し直してください。",
        "Run `kiosk journal verify` at the kiosk; enrol it again when the cause is known.",
    ),
    ProblemRule.ALTERED: ("記録が書き換えられています", "an entry was altered", _KEEP_JA, _KEEP_EN),
    ProblemRule.MISSING: ("途中の記録がありません", "an entry is missing", _KEEP_JA, _KEEP_EN),
    ProblemRule.UNSIGNED: (
        "窓口の署名がない記録があります",
        "an entry came in no signed batch",
        _KEEP_JA,
        _KEEP_EN,
    ),
    ProblemRule.SIGNATURE: ("窓口の署名が合いません", "a kiosk's signature does not fit", _KEEP_JA, _KEEP_EN),
    ProblemRule.CUT_SHORT: ("後ろの記録が失われています", "the end of the journal is gone", _KEEP_JA, _KEEP_EN),
    ProblemRule.HEAD: (
        "受け取った末尾の控えが、記録と合いません",
        "what is noted of the end does not fit the journal",
        _KEEP_JA,
        _KEEP_EN,
    ),
    ProblemRule.CHECKPOINT: (
        "日次確認が、その日の締めと合いません",
        "a day checkpoint does not agree with its close",
        _KEEP_JA,
        _KEEP_EN,
    ),
    ProblemRule.PROJECTION: (
        "集計用の表が、記録から作り直したものと違います",
        "a table of totals is not what the journal gives",
        "だれが変えたかを調べてから、`register rebuild` で作り直してください。記録そのものは無事です。",
        "Find out who changed it, then run `register rebuild`. The entries themselves are whole.",
    ),
    ProblemRule.QUARANTINE: (
        "記録に合わない届きものを、別に保管しています",
        "what did not fit the journal is kept aside",
        "窓口で `kiosk journal verify` を実行し、何が届いたのかを確かめてください。",
        "Run `kiosk journal verify` at the kiosk and find out what it sent.",
    ),
}
"""Rule: what it means in Japanese and English, what to do in both."""


def told(problem: Problem, language: str) -> dict[str, str]:
    """One problem as a JSON object in ``language``, ja or en."""
    ja, en, next_ja, next_en = _WORDS[problem.rule]
    return {
        "kiosk": problem.kiosk_id,
        "check": problem.rule.value,
        "verdict": "bad",
        "detail": f"{ja if language == 'ja' else en} ({problem.detail})",
        "next": next_ja if language == "ja" else next_en,
    }


def summary(verdict: Verdict, language: str) -> str:
    """How much was checked, in one line that begins with OK or FAILED."""
    mark = "FAILED" if verdict.found else "OK"
    if language == "en":
        return (
            f"{mark}: {verdict.kiosks} kiosk(s), {verdict.entries} entries and {verdict.signatures} signatures "
            f"checked, projections compared with a replay, {verdict.quarantined} batch(es) in quarantine"
        )
    return (
        f"{mark}: 窓口{verdict.kiosks}か所の記録{verdict.entries:,}件と署名{verdict.signatures:,}件を確かめ、"
        f"集計を記録から作り直して比べました。別に保管した届きもの{verdict.quarantined}件"
    )


def export_summary(verdict: ExportVerdict, language: str) -> str:
    """The same for a file: it has no signatures of batches, and its newest hash can be compared by eye."""
    mark = "FAILED" if verdict.found else "OK"
    if language == "en":
        return (
            f"{mark}: kiosk {verdict.kiosk_id}, {verdict.entries} entries and {verdict.days} day checkpoints "
            f"checked in the file; it ends at entry {verdict.last_seq}, hash {verdict.head.hex()}"
        )
    return (
        f"{mark}: ファイルにある窓口 {verdict.kiosk_id} の記録{verdict.entries:,}件と"
        f"日次確認{verdict.days:,}件を確かめました。末尾は{verdict.last_seq:,}番、検証値 {verdict.head.hex()}"
    )
