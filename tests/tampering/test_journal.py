"""Attacks on a kiosk's files that the kiosk itself notices: at the start, by ``kiosk journal verify``, by the paper."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kiosk.cli import main
from kiosk.domain.checkpoint import parse_checkpoint
from kiosk.domain.checkpoint_check import Rule
from kiosk.domain.record import Draft, Head, SignedIn, canonical_json
from kiosk.journal.database import load_driver
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, HeadFile, create_head, read_head
from kiosk.journal.opening import DATABASE_NAME, TAIL_ENTRIES_MAX
from tests.tampering.attacker import Change
from tests.tampering.site import Site
from tests.unit.kiosk.conftest import CLERK

CHEAPER = "UPDATE journal SET canonical = CAST(replace(canonical, '\"amount_yen\":300', '\"amount_yen\":100') AS BLOB)"


@dataclass(frozen=True)
class Attack:
    """What is done, and who says what: ``start`` is empty where the kiosk starts as if nothing were wrong."""

    do: Callable[[Site], object]
    start: str = ""
    verify: dict[str, str] = field(default_factory=dict)
    paper: Rule = Rule.AGREES
    """What the newest close report says, once it is held against the journal."""


def sql(*statements: str) -> Callable[[Site], None]:
    return lambda site: site.attacker.run(*statements)


def swap(site: Site) -> None:
    first = site.attacker.seq_of("operation_approved")
    site.attacker.run(
        f"UPDATE journal SET seq = -1 WHERE seq = {first}",
        f"UPDATE journal SET seq = {first} WHERE seq = {first + 1}",
        f"UPDATE journal SET seq = {first + 1} WHERE seq = -1",
    )


def insert(site: Site) -> None:
    """A sale slipped in between, everything after it moved by one."""
    place = site.attacker.seq_of("operation_prepared", 1)
    site.attacker.run(
        f"UPDATE journal SET seq = -seq WHERE seq >= {place}",
        f"INSERT INTO journal SELECT kiosk_id, epoch, {place}, schema_version, kind, canonical, prev_hash, hash"
        f" FROM journal WHERE seq = -{place}",
        "UPDATE journal SET seq = 1 - seq WHERE seq < 0",
    )


def cheaper(canonical: bytes) -> bytes:
    return canonical.replace(b'"amount_yen":300', b'"amount_yen":100')


def with_sums(change: Change) -> Change:
    """The close's totals fit as well: 300 has become 100 in them, too."""

    def changed(canonical: bytes) -> bytes:
        value = json.loads(canonical)
        if "totals" not in value["body"]:
            return change(canonical)
        for total in value["body"]["totals"]:
            total["amount_yen"] //= 3
        return canonical_json(value)

    return changed


def cut(site: Site) -> None:
    site.attacker.run(f"DELETE FROM journal WHERE seq > {site.attacker.seq_of('day_closed') + 1}")


def cut_and_cover_up(site: Site) -> None:
    cut(site)
    site.attacker.cover_up()


def backup(*names: str) -> Callable[[Site], None]:
    """These files of the evening before put back."""

    def put_back(site: Site) -> None:
        old = site.copy_to(site.folder.with_name("backup"))
        site.day()
        for name in names:
            shutil.copy(old.folder / name, site.folder / name)

    return put_back


def rewritten(change: Change, *, resign: bool = False) -> Callable[[Site], None]:
    """A new history with everything beside it made to fit."""

    def write(site: Site) -> None:
        site.attacker.rewrite(change, resign=resign)
        site.attacker.cover_up()

    return write


def without_guard(site: Site) -> None:
    connection = load_driver().connect(site.folder / DATABASE_NAME)
    connection.execute("DROP TRIGGER journal_refuses_delete")
    connection.close()


def head_file(seq_more: int, digest: bytes | None = None) -> Callable[[Site], None]:
    def write(site: Site) -> None:
        head = read_head(site.folder / HEAD_NAME)
        assert head is not None
        create_head(site.folder / HEAD_NAME, head.epoch)
        file = HeadFile(site.folder / HEAD_NAME)
        file.write(Head(head.epoch, head.seq + seq_more, digest or head.hash))
        file.close()

    return write


def behind(site: Site) -> None:
    """An honest older head beside the whole journal: it may lag, never lead."""
    with site.open() as journal:
        old = (site.folder / HEAD_NAME).read_bytes()
        journal.append(Draft(SignedIn("clerk"), None, CLERK.actor, ""))
    (site.folder / HEAD_NAME).write_bytes(old)


REPLACED = "is not the one journal.head has seen: the journal was replaced or altered; call support, do not sell"
CUT_SHORT = "the journal was truncated or an old backup was put back; call support, do not sell"
REBUILT = {"read models": "of another version; they are made again when the kiosk starts"}
"""The attacker has them made again, so that they fit."""
UNREPLAYABLE = {"read models": "the journal cannot be replayed"}
OTHER_DAY = {"day checkpoints": "the checkpoint of 2026-11-23 names another entry"}

EDITED: dict[str, Attack] = {
    "an amount": Attack(
        sql(f"{CHEAPER} WHERE kind = 'operation_prepared'"),
        "has been altered; call support before selling",
        {"chain": "does not have the hash it is stored with"} | UNREPLAYABLE,
        Rule.CHAIN_BROKEN,
    ),
    "an amount and its hash": Attack(
        sql(f"{CHEAPER}, hash = prev_hash WHERE seq = (SELECT max(seq) - 9 FROM journal)"),
        "has been altered",
        {"chain": "does not follow the one before it"} | UNREPLAYABLE,
        Rule.CHAIN_BROKEN,
    ),
    "a sale deleted": Attack(
        lambda site: site.attacker.run(f"DELETE FROM journal WHERE seq = {site.attacker.seq_of('operation_approved')}"),
        "is missing; call support before selling",
        {"chain": "are missing", "read models": "differ from a replay of the journal"},
        Rule.CHAIN_BROKEN,
    ),
    "two entries swapped": Attack(swap, "has been altered", {"chain": "says that it is entry"}, Rule.CHAIN_BROKEN),
    "an entry slipped in": Attack(
        insert,
        REPLACED,
        {"chain": "says that it is entry", "head file": REPLACED} | UNREPLAYABLE | OTHER_DAY,
        Rule.NOT_THE_CLOSE,
    ),
    "the columns beside an entry": Attack(
        sql("UPDATE journal SET kind = 'signed_in' WHERE seq = 2"),
        verify={"chain": "entry 2 differs from the columns beside it"},
    ),
    "the owner in every row": Attack(
        sql("UPDATE journal SET kiosk_id = 'k9'"),
        "the journal belongs to kiosk k9, not to k0",
        {"chain": "differs from the columns beside it"},
        Rule.OTHER_KIOSK,
    ),
    "a day's signed word": Attack(
        rewritten(lambda entry: entry.replace(b"/900/", b"/800/")),
        verify={"day checkpoints": "states another counter, day, range or sum than its close"} | REBUILT,
        paper=Rule.RECORDED_OTHER,
    ),
    "the guards taken away": Attack(
        without_guard, "append-only triggers have been altered", {"append-only table": "triggers have been altered"}
    ),
}
REPLACED_WHOLE: dict[str, Attack] = {
    "a new history": Attack(
        lambda site: site.attacker.rewrite(cheaper),
        REPLACED,
        {"head file": REPLACED, "read models": "differ from a replay of the journal"} | OTHER_DAY,
        Rule.HASH_OTHER,
    ),
    "a new history, covered up": Attack(rewritten(cheaper), verify=OTHER_DAY | REBUILT, paper=Rule.HASH_OTHER),
    "a new history, covered up and signed again": Attack(
        rewritten(with_sums(cheaper), resign=True), verify=REBUILT, paper=Rule.RECORDED_OTHER
    ),
    "the end cut off": Attack(
        cut,
        CUT_SHORT,
        {"head file": CUT_SHORT, "read models": "differ from a replay of the journal"},
        Rule.ENTRY_MISSING,
    ),
    "the end cut off, covered up": Attack(cut_and_cover_up, verify=REBUILT, paper=Rule.ENTRY_MISSING),
    "yesterday's database": Attack(backup(DATABASE_NAME), CUT_SHORT, {"head file": CUT_SHORT}, Rule.ENTRY_MISSING),
    "yesterday's database and head file": Attack(backup(DATABASE_NAME, HEAD_NAME), paper=Rule.ENTRY_MISSING),
    "everything deleted": Attack(
        sql("DELETE FROM journal"),
        CUT_SHORT,
        {"head file": CUT_SHORT, "read models": "differ from a replay of the journal"},
        Rule.KIOSK_UNKNOWN,
    ),
}
BESIDE: dict[str, Attack] = {
    "the head file deleted": Attack(
        lambda site: (site.folder / HEAD_NAME).unlink(),
        "missing; compare the journal with the central register",
        {"head file": "missing"},
    ),
    "the head file ruined": Attack(
        lambda site: (site.folder / HEAD_NAME).write_bytes(b"x" * 9000),
        "damaged; compare the journal with the central register",
        {"head file": "damaged"},
    ),
    "a head file ahead": Attack(head_file(1), CUT_SHORT, {"head file": CUT_SHORT}),
    "a head file of another entry": Attack(head_file(0, bytes(32)), REPLACED, {"head file": REPLACED}),
    "an older head file beside the whole journal": Attack(behind),
    "a payment's standing in the read models": Attack(
        sql("UPDATE operation SET state = 'declined', unsettled = 0 WHERE state = 'approved'"),
        verify={"read models": "differ from a replay of the journal: operation"},
    ),
    "a sum in the read models": Attack(
        sql("UPDATE sale SET amount_yen = 1"), verify={"read models": "differ from a replay of the journal: sale"}
    ),
    "an acknowledgement of another entry": Attack(
        sql("UPDATE sync_state SET acked_epoch = 1, acked_seq = 3, acked_hash = zeroblob(32)"),
        "entry 3 is not the one the central register has",
        {"acknowledged": "entry 3 is not the one the central register has"},
    ),
    "an acknowledgement of what is not there": Attack(
        sql("UPDATE sync_state SET acked_epoch = 1, acked_seq = 999, acked_hash = zeroblob(32)"),
        "entry 999 is not the one the central register has",
        {"acknowledged": "entry 999 is not the one the central register has"},
    ),
    "the sync state deleted": Attack(
        sql("DELETE FROM sync_state"), "has lost its row", {"acknowledged": "has lost its row"}
    ),
}
ATTACKS = EDITED | REPLACED_WHOLE | BESIDE


@pytest.mark.parametrize("name", ATTACKS)
def test_the_start_says_it_in_one_sentence_or_goes_on(alone: Site, name: str) -> None:
    attack = ATTACKS[name]
    attack.do(alone)
    said = refusal(alone)
    assert attack.start in said if attack.start else said == ""
    assert "\n" not in said


@pytest.mark.parametrize("name", ATTACKS)
def test_verification_finds_exactly_it_and_the_paper_says_so(alone: Site, name: str) -> None:
    attack = ATTACKS[name]
    attack.do(alone)
    found = alone.bad()
    assert found.keys() == attack.verify.keys()
    for check, words in attack.verify.items():
        assert words in found[check]
    said = alone.against(alone.papers[-1])
    assert attack.paper in said
    assert (Rule.DIFFERS in said) is (attack.paper is not Rule.AGREES)


def refusal(site: Site) -> str:
    """Why the kiosk does not start; empty where it does."""
    try:
        site.open().close()
    except JournalError as error:
        return str(error)
    return ""


def test_the_database_deleted(alone: Site) -> None:
    (alone.folder / DATABASE_NAME).unlink()
    assert "ends at entry 0, but journal.head has seen entry" in refusal(alone)


def test_an_old_entry_beyond_what_a_start_checks_is_left_to_verification(alone: Site) -> None:
    """A start reads the newest entries; the whole chain is read by ``kiosk journal verify``."""
    with alone.open() as journal:
        journal.append(*(Draft(SignedIn("clerk"), None, CLERK.actor, "") for _ in range(TAIL_ENTRIES_MAX)))
    alone.attacker.run(f"{CHEAPER} WHERE seq = {alone.attacker.seq_of('operation_prepared')}")
    assert refusal(alone) == ""
    assert "does not have the hash it is stored with" in alone.bad()["chain"]
    assert Rule.CHAIN_BROKEN in alone.against(alone.papers[0])


def test_what_a_person_is_told(alone: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The words on the screen of whoever runs it, in both languages, with what to do."""
    command = ["journal", "verify", "--state", str(alone.folder), "--checkpoint"]
    assert main([*command, alone.papers[-1]]) == 0
    out = capsys.readouterr().out
    assert "[正常] 記録のつながり: 最初から最後まで、書かれたままつながっています" in out
    assert "[一致] 件数と金額が同じです: 3件 900円。" in out
    assert out.splitlines()[-1].startswith("[一致] 結論: 一致しました。この窓口の記録は、1番から")
    alone.attacker.rewrite(with_sums(cheaper))
    assert main([*command, parse_checkpoint(alone.papers[-1]).code]) == 1
    out = capsys.readouterr().out
    assert "[異常] 末尾の控え(journal.head): 最後に書いた記録と合いません" in out
    assert "→ この窓口で会計をせず、フォルダーをそのまま保管し" in out
    assert "[不一致] 範囲・件数・金額が違います: 精算票 3件 900円、記録 3件 300円。" in out
    assert "[不一致] 結論: 一致しません。" in out
    assert "→ 紙と記録をそのまま保管し(消さない、戻さない)" in out
    assert main([*command, alone.papers[-1], "--language", "en"]) == 1
    out = capsys.readouterr().out
    assert "[BAD] head file:" in out
    assert "[DIFFERS] conclusion: they do not agree." in out


def test_as_json(alone: Site, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["journal", "verify", "--state", str(alone.folder), "--json", "--checkpoint", alone.papers[0]]
    assert main(command) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"check": "database file", "ok": True, "detail": "ok"}
    assert lines[-1]["check"] == "checkpoint.agrees"
    assert {line["verdict"] for line in lines if "verdict" in line} == {"ok", "note"}
