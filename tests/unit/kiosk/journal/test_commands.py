"""kiosk journal verify, export and show."""

import io
import json
from pathlib import Path

import pytest

from kiosk.domain.operation import OutcomeUnknown, Requested
from kiosk.domain.record import (
    GENESIS_HASH,
    Body,
    DayOpened,
    FreeSale,
    KioskStarted,
    SignedIn,
    canonical_json,
    parse_record,
)
from kiosk.journal.commands import export, nobody_at_work, show, unsettled_devices, verdict_json, verify
from kiosk.journal.database import load_driver
from kiosk.journal.errors import JournalError, JournalLockedError
from kiosk.journal.head_file import HEAD_NAME, create_head
from kiosk.journal.listing import KINDS, Language
from kiosk.journal.opening import DATABASE_NAME
from kiosk.journal.schema import TRIGGERS
from tests.unit.kiosk.journal.history import (
    CHIEF,
    approved,
    draft,
    issued,
    line,
    moved,
    open_journal,
    prepared,
    printed,
)

BODIES: tuple[Body, ...] = (
    KioskStarted("0.1.0", "3.53.4"),
    SignedIn("clerk"),
    DayOpened(),
    prepared(1),
    moved(1, Requested(1)),
    moved(1, OutcomeUnknown("line lost")),
    approved(1),
    issued(1, sale=1, serial=1),
    printed(1),
    FreeSale(prepared(2).sale_id, tuple(line(str(n)) for n in range(4)), free_reasons=("高校生以下 無料",)),
)


def fill(directory: Path) -> None:
    with open_journal(directory) as journal:
        journal.append(*(draft(body) for body in BODIES))


def verdicts(directory: Path) -> dict[str, str]:
    return {verdict.check: verdict.detail for verdict in verify(directory) if not verdict.ok}


def change(directory: Path, *statements: str) -> None:
    connection = load_driver().connect(directory / DATABASE_NAME)
    for sql in statements:
        connection.execute(sql)
    connection.close()


UNLOCK = tuple(f"DROP TRIGGER {name}" for name in ("journal_refuses_update", "journal_refuses_delete"))
LOCK = TRIGGERS[:2]


def test_a_good_journal(tmp_path: Path) -> None:
    fill(tmp_path)
    found = verify(tmp_path)
    assert all(verdict.ok for verdict in found)
    assert [str(verdict).split(":")[0] for verdict in found] == [
        "ok   database file",
        "ok   append-only table",
        "ok   chain",
        "ok   head file",
        "ok   read models",
        "ok   day checkpoints",
        "ok   acknowledged",
    ]
    assert json.loads(verdict_json(found[3])) == {"check": "head file", "ok": True, "detail": "agrees at entry 10"}


def test_a_journal_in_use_can_be_verified_exported_and_shown(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedIn("clerk")))
        assert verdicts(tmp_path) == {}
        assert export(tmp_path, io.BytesIO()) == len(list(show(tmp_path))) == 1
        journal.append(draft(SignedIn("clerk")))


def test_looking_changes_no_file(tmp_path: Path) -> None:
    fill(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    verify(tmp_path)
    list(show(tmp_path))
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.stat().st_size}
    assert {name: after.get(name, b"") for name in before} == before


@pytest.mark.parametrize(
    ("sql", "check", "words"),
    [
        (
            "UPDATE journal SET canonical = x'7b7d' WHERE seq = 2",
            "chain",
            "entry 2 cannot be read: a record has a header",
        ),
        (
            "UPDATE journal SET canonical = CAST(replace(canonical, ':600', ':601') AS BLOB) WHERE seq = 7",
            "chain",
            "entry 7 does not have the hash",
        ),
        ("UPDATE journal SET kind = 'signed_out' WHERE seq = 2", "chain", "entry 2 differs from the columns beside it"),
        ("UPDATE journal SET kiosk_id = 'k9' WHERE seq = 2", "chain", "entry 2 differs from the columns beside it"),
        ("DELETE FROM journal WHERE seq = 2", "chain", "entries 2 to 2 are missing"),
        ("UPDATE journal SET prev_hash = hash WHERE seq = 3", "chain", "entry 3 does not follow the one before it"),
        ("DELETE FROM journal WHERE seq > 8", "head file", "ends at entry 8, but journal.head has seen entry 10"),
        ("UPDATE operation SET state = 'declined'", "read models", "differ from a replay of the journal: operation"),
        ("DELETE FROM document", "read models", "differ from a replay of the journal: document"),
        ("UPDATE counter SET value = 7", "read models", "differ from a replay of the journal: counter"),
        ("UPDATE read_model SET version = 0", "read models", "of another version"),
        ("UPDATE sync_state SET acked_epoch = 1, acked_seq = 2", "acknowledged", "entry 2 is not the one"),
        ("UPDATE sync_state SET frozen_reason = 'fork'", "acknowledged", "frozen by the central register: fork"),
        ("DELETE FROM sync_state", "acknowledged", "sync_state has lost its row"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, sql: str, check: str, words: str) -> None:
    fill(tmp_path)
    change(tmp_path, *UNLOCK, sql, *LOCK)
    found = verdicts(tmp_path)
    assert words in found[check]
    assert "append-only table" not in found


def test_a_revoked_key_says_nothing_against_the_journal(tmp_path: Path) -> None:
    fill(tmp_path)
    change(tmp_path, "UPDATE sync_state SET frozen_reason = 'key_revoked: since yesterday'")
    assert verdicts(tmp_path) == {}
    (found,) = [verdict for verdict in verify(tmp_path) if verdict.check == "acknowledged"]
    assert "takes this kiosk's key no more: key_revoked: since yesterday" in found.detail


def test_missing_triggers_are_named(tmp_path: Path) -> None:
    fill(tmp_path)
    change(tmp_path, UNLOCK[0])
    assert "triggers have been altered" in verdicts(tmp_path)["append-only table"]


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    fill(tmp_path)
    change(tmp_path, *UNLOCK, "UPDATE journal SET kind = 'x'", *LOCK)
    assert verdicts(tmp_path)["chain"].endswith("; and 5 more")


def test_a_bad_head_file_is_a_verdict(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / HEAD_NAME).write_bytes(bytes(10))
    assert "damaged" in verdicts(tmp_path)["head file"]
    (tmp_path / HEAD_NAME).unlink()
    assert "missing" in verdicts(tmp_path)["head file"]
    create_head(tmp_path / HEAD_NAME, 1)
    (behind,) = [verdict for verdict in verify(tmp_path) if verdict.check == "head file"]
    assert (behind.ok, behind.detail) == (True, "10 entries behind")


def test_no_journal_is_one_line(tmp_path: Path) -> None:
    for look in (verify, lambda path: export(path, io.BytesIO()), lambda path: list(show(path))):
        with pytest.raises(JournalError, match="no journal here; give the directory that holds journal"):
            look(tmp_path)
    (tmp_path / DATABASE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(JournalError, match="cannot be read as a journal"):
        verify(tmp_path)
    assert not (tmp_path / HEAD_NAME).exists()


def test_an_export_is_lossless_and_proves_its_chain(tmp_path: Path) -> None:
    fill(tmp_path)
    out = io.BytesIO()
    assert export(tmp_path, out) == len(BODIES)
    with open_journal(tmp_path) as journal:
        entries = journal.entries_after(0, count_max=100, bytes_max=10**9)
    previous = GENESIS_HASH
    for line_bytes, entry, body in zip(out.getvalue().splitlines(), entries, BODIES, strict=True):
        value = json.loads(line_bytes)
        assert list(value) == ["epoch", "seq", "kind", "prev_hash", "hash", "record"]
        canonical = canonical_json(value["record"])
        assert canonical == entry.canonical
        record = parse_record(canonical, bytes.fromhex(value["prev_hash"]))
        assert (value["epoch"], value["seq"], value["kind"]) == (1, entry.seq, record.header.kind)
        assert (record.body, record.prev_hash, record.hash.hex()) == (body, previous, value["hash"])
        previous = record.hash


def test_the_listing_in_japanese(tmp_path: Path) -> None:
    fill(tmp_path)
    lines = list(show(tmp_path))
    assert len(lines) == len(BODIES)
    assert lines[3] == (
        "      4  2026-11-23T10:15:02.123+09:00  会計"
        "  売上  住民票の写し×2  600円  クレジットカード  [出納員 山田 花子]"
    )
    assert "結果不明  line lost" in lines[5]
    assert "成立  600円  VISA  00012" in lines[6]
    assert "無料  住民票の写し×2、住民票の写し×2 ほか 2件  高校生以下 無料" in lines[9]


def test_the_listing_in_english_and_its_end_only(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedIn("supervisor"), approver=CHIEF))
    first, second = show(tmp_path, last=2, language=Language.ENGLISH)
    assert "free of charge  住民票の写し×2、住民票の写し×2 and 2 more" in first
    assert second.endswith("signed in  supervisor  [出納員 山田 花子 (approved by: 会計管理者 鈴木 一郎)]")
    assert list(show(tmp_path, last=0)) == []


def test_an_unreadable_entry_is_shown_as_such(tmp_path: Path) -> None:
    fill(tmp_path)
    change(tmp_path, *UNLOCK, "UPDATE journal SET canonical = x'7b7d' WHERE seq = 2", *LOCK)
    assert "?  a record has a header and a body" in list(show(tmp_path))[1]


def test_every_kind_has_its_words() -> None:
    from kiosk.domain.record import EVENTS, FACTS

    assert set(KINDS) == set(FACTS) | set(EVENTS)


def test_devices_with_an_unsettled_payment_are_named(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(*(draft(body) for body in (DayOpened(), prepared(1), moved(1, Requested(1)))))
        assert unsettled_devices(tmp_path) == {prepared(1).device}, "also while a kiosk runs"
        journal.append(draft(moved(1, OutcomeUnknown("line lost"))))
        assert unsettled_devices(tmp_path) == {prepared(1).device}
        journal.append(draft(approved(1)))
    assert unsettled_devices(tmp_path) == frozenset()


def test_nobody_works_meanwhile_and_who_works_is_not_disturbed(tmp_path: Path) -> None:
    with nobody_at_work(tmp_path / "no" / "journal"):
        pass
    with open_journal(tmp_path), pytest.raises(JournalLockedError), nobody_at_work(tmp_path):
        pytest.fail("a kiosk runs")
    with nobody_at_work(tmp_path), pytest.raises(JournalLockedError), open_journal(tmp_path):
        pytest.fail("a diagnosis runs")
    open_journal(tmp_path).close()
