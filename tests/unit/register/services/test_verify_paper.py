"""A day's paper at the register: keys of every age, a code alone, kiosks it does not know, and exported files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.domain.checkpoint import Checkpoint, parse_checkpoint
from kiosk.domain.checkpoint_check import Finding, Rule
from kiosk.domain.record import DayCheckpoint, parse_record
from kiosk.services.checkpoint_day import checkpoint_of
from register.cli import main
from register.domain.refusal import Unusable
from register.services import verify_words
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.enroll import revoke
from register.services.export import export_journal
from register.services.verify import Problem, ProblemRule, verify
from register.services.verify_export import LINE_BYTES_MAX, verify_export
from register.services.verify_paper import verify_paper
from tests.unit.register.kiosk_side import NOW_MS, KioskSide, now_ms

YEAR_MS = 366 * 24 * 3600 * 1000


@pytest.fixture
def paper(engine: Engine, kiosk: KioskSide) -> Checkpoint:
    """A day of two sales, closed and sent."""
    kiosk.open_day()
    kiosk.sell()
    kiosk.sell()
    kiosk.close_day({})
    last = kiosk.entries[-1]
    body = checkpoint_of(parse_record(last.canonical, last.prev_hash), Signer(kiosk))
    kiosk.add(body)
    assert isinstance(accept_batch(engine, kiosk.batch(), now_ms), Acknowledged)
    return parse_checkpoint(body.text)


class Signer:
    def __init__(self, side: KioskSide) -> None:
        self.public_key, self.key_id, self.sign = side.public_key, side.key_id, side.private.sign


def rules(findings: tuple[Finding, ...]) -> set[Rule]:
    return {finding.rule for finding in findings}


def test_text_and_code_both_find_the_day(engine: Engine, kiosk: KioskSide, paper: Checkpoint) -> None:
    for wanted in (paper, paper.code):
        for kiosk_id in (None, kiosk.kiosk_id):
            verdict, findings = verify_paper(engine, wanted, kiosk_id)
            assert verdict.problems == ()
            assert rules(findings) >= {Rule.SIGNED, Rule.RECORDED, Rule.AGREES}
    assert rules(verify_paper(engine, "AAAA-AAAA-AAAA-AAAA")[1]) == {Rule.CODE_UNKNOWN}


def test_a_key_revoked_later_still_vouches_for_the_days_before(
    engine: Engine, kiosk: KioskSide, paper: Checkpoint
) -> None:
    revoke(engine, kiosk.kiosk_id, key_id=None, now_ms=lambda: NOW_MS + YEAR_MS)
    assert {Rule.SIGNED, Rule.AGREES} <= rules(verify_paper(engine, paper)[1])


def test_a_key_revoked_before_the_day_vouches_for_nothing(engine: Engine, kiosk: KioskSide, paper: Checkpoint) -> None:
    revoke(engine, kiosk.kiosk_id, key_id=None, now_ms=lambda: NOW_MS - YEAR_MS)
    _, findings = verify_paper(engine, paper)
    assert {Rule.KEY_REVOKED_BEFORE, Rule.DIFFERS} <= rules(findings)


def test_a_rotated_key_does_too(engine: Engine, kiosk: KioskSide, paper: Checkpoint) -> None:
    for _ in range(3):
        KioskSide(kiosk.kiosk_id).enroll_at(engine)
    assert {Rule.SIGNED, Rule.AGREES} <= rules(verify_paper(engine, paper)[1])


def test_a_kiosk_that_is_not_there(engine: Engine, paper: Checkpoint) -> None:
    stranger = parse_checkpoint(paper.text.replace("/k1/", "/k9/"))
    verdict, findings = verify_paper(engine, stranger)
    assert verdict.kiosks == 0
    assert {Rule.KEY_NOT_ENROLLED, Rule.KIOSK_UNKNOWN, Rule.DIFFERS} <= rules(findings)
    with pytest.raises(Unusable, match="--kiosk k9: no such kiosk"):
        verify_paper(engine, paper, "k9")


def test_one_kiosk_of_two(engine: Engine, kiosk: KioskSide, paper: Checkpoint) -> None:
    other = KioskSide("k2")
    other.enroll_at(engine)
    assert verify(engine, "k2").entries == 0
    assert verify(engine, kiosk.kiosk_id).entries == len(kiosk.entries)
    assert verify(engine).kiosks == 2
    assert {Rule.OTHER_KIOSK, Rule.DIFFERS} <= rules(verify_paper(engine, paper, "k2")[1])


def test_a_signed_word_that_does_not_fit_its_close_is_a_problem(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.open_day()
    kiosk.close_day({})
    last = kiosk.entries[-1]
    body = checkpoint_of(parse_record(last.canonical, last.prev_hash), Signer(kiosk))
    kiosk.add(
        DayCheckpoint(body.text.replace("/0/0/", "/0/100/")),
        DayCheckpoint("nonsense"),
        DayCheckpoint(checkpoint_of(parse_record(last.canonical, last.prev_hash), Signer(KioskSide())).text),
    )
    accept_batch(engine, kiosk.batch(), now_ms)
    found = verify(engine).found
    assert [problem.rule for problem in found] == [ProblemRule.CHECKPOINT] * 3
    said = [problem.detail for problem in found]
    assert "states another counter, day, range or sum than its close" in said[0]
    assert "cannot be read" in said[1]
    assert "is not signed by key" in said[2]


def test_every_problem_has_its_words() -> None:
    for rule in ProblemRule:
        for language in ("ja", "en"):
            said = verify_words.told(Problem("k1", rule, "detail"), language)
            assert said["detail"].endswith(" (detail)")
            assert said["next"]


# --- exported files -----------------------------------------------------------------------------------------


def kiosk_lines(kiosk: KioskSide) -> list[bytes]:
    """As ``kiosk journal export`` writes them."""
    lines = []
    for each in kiosk.entries:
        beside = {"epoch": 1, "seq": each.seq, "kind": "x", "prev_hash": each.prev_hash.hex(), "hash": each.hash.hex()}
        lines.append(json.dumps(beside)[:-1].encode() + b',"record":' + each.canonical + b"}\n")
    return lines


@pytest.fixture(params=["register export", "kiosk journal export"])
def lines(request: pytest.FixtureRequest, engine: Engine, kiosk: KioskSide, paper: Checkpoint) -> list[bytes]:
    assert paper.text
    return list(export_journal(engine, kiosk.kiosk_id)) if request.param[0] == "r" else kiosk_lines(kiosk)


def test_a_file_is_as_good_as_the_book_but_for_the_key(lines: list[bytes], kiosk: KioskSide, paper: Checkpoint) -> None:
    for wanted in (paper, paper.code):
        verdict, findings = verify_export(lines, wanted)
        assert (verdict.kiosk_id, verdict.entries, verdict.days, verdict.found) == ("k1", len(lines), 1, ())
        assert (verdict.last_seq, verdict.head) == (len(lines), kiosk.head_hash)
        assert {Rule.SIGNED_BY_OWN_WORD, Rule.RECORDED, Rule.AGREES} <= rules(findings)
    assert verify_export(lines, None)[1] == ()
    assert rules(verify_export(lines, "AAAA-AAAA-AAAA-AAAA")[1]) == {Rule.CODE_UNKNOWN}


def cheaper(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"amount_yen":600', b'"amount_yen":500') for line in lines]


@pytest.mark.parametrize(
    ("change", "problem", "rule"),
    [
        (cheaper, ProblemRule.CHECKPOINT, Rule.HASH_OTHER),
        (lambda lines: lines[:3] + lines[4:], ProblemRule.MISSING, Rule.CHAIN_BROKEN),
        (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], ProblemRule.MISSING, Rule.CHAIN_BROKEN),
        (lambda lines: lines[1:], ProblemRule.MISSING, Rule.CHAIN_BROKEN),
        (lambda lines: lines[:5], None, Rule.ENTRY_MISSING),
    ],
)
def test_a_file_that_was_changed(
    lines: list[bytes],
    paper: Checkpoint,
    change: Callable[[list[bytes]], list[bytes]],
    problem: ProblemRule | None,
    rule: Rule,
) -> None:
    verdict, findings = verify_export(change(lines), paper)
    assert problem in {each.rule for each in verdict.found} | {None}
    assert {rule, Rule.DIFFERS} <= rules(findings)


def test_bytes_that_are_no_longer_canonical(engine: Engine, kiosk: KioskSide, paper: Checkpoint) -> None:
    lines = list(export_journal(engine, kiosk.kiosk_id))
    lines[2] = lines[2].replace(b'{"body"', b'{ "body"')
    verdict, findings = verify_export(lines, paper)
    assert ProblemRule.ALTERED in {each.rule for each in verdict.found}
    assert Rule.DIFFERS in rules(findings)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "holds no entry"),
        ([b"hello\n"], "line 1 is not JSON"),
        ([b"[1]\n"], "line 1 is not an entry of a journal"),
        ([b'{"record":{"header":"\\ud800"}}\n'], "line 1 is not JSON of a journal"),
        ([b'{"header":{"kiosk_id":"k","epoch":1e999,"seq":1},"body":{}}\n'], "line 1 is not an entry"),
        ([b"{}\n"], "line 1 is not an entry"),
        ([b'{"record":[]}\n'], "line 1 is not an entry"),
        ([b" " * (LINE_BYTES_MAX + 1)], "line 1 is longer than any entry"),
    ],
)
def test_what_is_no_export_is_said_in_one_line(content: list[bytes], words: str) -> None:
    with pytest.raises(Unusable, match=words):
        verify_export(content, None)


# --- the command --------------------------------------------------------------------------------------------


def test_the_command_in_japanese_and_english_and_json(
    engine: Engine,
    store_url: str,
    kiosk: KioskSide,
    paper: Checkpoint,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    written = tmp_path / "paper.txt"
    written.write_text(paper.text + "\n")
    book = ["verify", "--db", store_url, "--checkpoint"]
    assert main([*book, paper.text]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("OK: 窓口1か所の記録9件と署名1件を確かめ")
    assert out[2] == f"[一致] 署名は正しく、会計課サーバーに登録されたこの窓口の鍵 {kiosk.key_id} によるものです。"
    assert out[-1].startswith("[一致] 結論: 一致しました。")
    assert main([*book, str(written), "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("[agrees] conclusion: they agree.")
    assert main([*book, paper.code, "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["check"] for each in told][:2] == ["summary", "checkpoint.paper"]
    assert main([*book, paper.text.replace("-11-23", "-11-24")]) == 1
    assert "[不一致] 署名が内容と合いません" in capsys.readouterr().out
    exported = tmp_path / "journal.jsonl"
    exported.write_bytes(b"".join(export_journal(engine, "k1")))
    assert main(["verify", "--export", str(exported), "--checkpoint", paper.text]) == 0
    assert capsys.readouterr().out.startswith("OK: ファイルにある窓口 k1 の記録9件と日次確認1件を確かめました。")
    assert main(["verify", "--export", str(exported), "--language", "en"]) == 0
    assert kiosk.head_hash.hex() in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--checkpoint", "nowhere.txt"], "--checkpoint nowhere.txt: neither a checkpoint nor a file"),
        (["--checkpoint", "CKD1/k1"], "--checkpoint: not the whole text of a day checkpoint"),
        (["--export", "nowhere.jsonl"], "--export nowhere.jsonl: cannot be read"),
        (["--kiosk", "k77"], "--kiosk k77: no such kiosk"),
    ],
)
def test_bad_input_is_one_line(store_url: str, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["verify", "--db", store_url, *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
