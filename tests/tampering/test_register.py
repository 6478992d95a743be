"""Attacks on the register's own tables by somebody with its password, on both databases: who notices, and how.

What fits so well that the register alone cannot tell is told by the papers, and by the kiosk at its next push.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from kiosk.domain.checkpoint import parse_checkpoint
from kiosk.domain.checkpoint_check import Rule
from kiosk.domain.record import GENESIS_HASH, chain_hash
from kiosk.sync.enroll import KEY_NAME
from kiosk.sync.keys import create_key
from kiosk.sync.push import UpToDate
from register.domain.refusal import Refused
from register.domain.refusal import Rule as WireRule
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.rebuild import rebuild
from register.services.verify import ProblemRule, verify
from register.services.verify_paper import verify_paper
from register.store import kiosks
from register.store.engine import open_store, writing
from tests.tampering.site import Site
from tests.tampering.test_journal import cheaper, with_sums
from tests.unit.register.kiosk_side import KioskSide, now_ms


def without_guards(connection: Connection) -> None:
    """Whoever has the password can take the triggers away."""
    for table in ("journal", "batch", "quarantine"):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
        else:
            for verb in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{verb}"))


@dataclass(frozen=True)
class Attack:
    """What is done; ``finds`` is what ``register verify`` then says, ``paper`` what the newest close report says."""

    do: Callable[[Connection], object]
    finds: frozenset[ProblemRule] = frozenset()
    words: str = ""
    paper: Rule = Rule.AGREES


def sql(*statements: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return run


def edit(connection: Connection, *, chained: bool) -> None:
    """Every sale costs 100; ``chained``: with hashes that fit, head included."""
    previous = bytes(32)
    for seq, canonical in connection.execute(text("SELECT seq, canonical FROM journal ORDER BY seq")).fetchall():
        changed = bytes(canonical).replace(b'"amount_yen":300', b'"amount_yen":100')
        previous = chain_hash(previous, changed)
        values = {"seq": seq, "canonical": changed, "hash": previous}
        said = "canonical = :canonical, hash = :hash" if chained else "canonical = :canonical"
        connection.execute(text(f"UPDATE journal SET {said} WHERE seq = :seq"), values)
    if chained:
        connection.execute(text("UPDATE kiosk SET head_hash = :hash"), {"hash": previous})


def first_day_alone(connection: Connection) -> None:
    """The newest day taken out to the last trace: entries, batches, head; the projections are then made again."""
    query = "SELECT last_seq, (SELECT hash FROM journal WHERE seq = last_seq) FROM batch ORDER BY last_seq LIMIT 1"
    seq, digest = connection.execute(text(query)).one()
    connection.execute(text(f"DELETE FROM journal WHERE seq > {seq}"))
    connection.execute(text(f"DELETE FROM batch WHERE last_seq > {seq}"))
    connection.execute(text(f"UPDATE kiosk SET head_seq = {seq}, head_hash = :hash"), {"hash": digest})


LAST = "(SELECT max(seq) FROM journal)"
CLOSE = "(SELECT max(seq) FROM journal WHERE kind = 'day_closed')"
ATTACKS: dict[str, Attack] = {
    "an entry edited": Attack(
        lambda connection: edit(connection, chained=False),
        frozenset({ProblemRule.ALTERED}),
        "its bytes do not give its hash",
        Rule.CHAIN_BROKEN,
    ),
    "every entry edited, with a chain of its own": Attack(
        lambda connection: edit(connection, chained=True),
        frozenset({ProblemRule.SIGNATURE, ProblemRule.CHECKPOINT, ProblemRule.PROJECTION}),
        " does not fit",
        Rule.HASH_OTHER,
    ),
    "an entry deleted": Attack(
        sql("DELETE FROM journal WHERE seq = 4"),
        frozenset({ProblemRule.MISSING}),
        "entry 4 is missing",
        Rule.CHAIN_BROKEN,
    ),
    "the last entry deleted": Attack(
        sql(f"DELETE FROM journal WHERE seq = {LAST}"), frozenset({ProblemRule.CUT_SHORT}), "a signed batch reached"
    ),
    "the close deleted": Attack(
        sql(f"DELETE FROM journal WHERE seq = {CLOSE}"),
        frozenset({ProblemRule.MISSING}),
        "is missing",
        Rule.NOT_THE_CLOSE,
    ),
    "two entries swapped": Attack(
        sql(
            "UPDATE journal SET seq = -1 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = 5",
            "UPDATE journal SET seq = 5 WHERE seq = -1",
        ),
        frozenset({ProblemRule.ALTERED}),
        "its header names another kiosk, epoch or seq",
        Rule.CHAIN_BROKEN,
    ),
    "a signature dropped": Attack(
        sql("DELETE FROM batch WHERE last_seq = (SELECT max(last_seq) FROM batch)"),
        frozenset({ProblemRule.UNSIGNED}),
        "no signed batch brought it",
    ),
    "a signature edited": Attack(
        sql("UPDATE batch SET sent_at = '2026-01-01T00:00:00Z'"),
        frozenset({ProblemRule.SIGNATURE}),
        " does not fit",
    ),
    "a key exchanged": Attack(
        sql("UPDATE kiosk_key SET public_key = (SELECT head_hash FROM kiosk)"),
        frozenset({ProblemRule.SIGNATURE, ProblemRule.CHECKPOINT}),
        " does not fit",
        Rule.SIGNATURE_WRONG,
    ),
    "the head put back": Attack(sql("UPDATE kiosk SET head_seq = 8"), frozenset({ProblemRule.HEAD}), "the head says 8"),
    "a sum in the projection": Attack(
        sql("UPDATE sale_fact SET amount_yen = amount_yen + 1 WHERE line = 1"),
        frozenset({ProblemRule.PROJECTION}),
        "projection sale_fact",
    ),
    "a payment's standing in the projection": Attack(
        sql("UPDATE operation SET state = 'declined'"), frozenset({ProblemRule.PROJECTION}), "projection operation"
    ),
    "a day taken as closed": Attack(
        sql("UPDATE day SET closed_seq = 1"), frozenset({ProblemRule.PROJECTION}), "projection day"
    ),
    "a whole day taken out to the last trace": Attack(first_day_alone, paper=Rule.ENTRY_MISSING),
    "the whole kiosk deleted": Attack(
        sql(*(f"DELETE FROM {table}" for table in ("journal", "batch", "kiosk", "kiosk_key", "operation", "day"))),
        paper=Rule.KIOSK_UNKNOWN,
    ),
}


@dataclass
class City:
    """A register with one kiosk of two days, each pushed by itself."""

    engine: Engine
    site: Site
    side: KioskSide

    def paper(self, number: int = -1) -> set[Rule]:
        _, findings = verify_paper(self.engine, parse_checkpoint(self.site.papers[number]))
        return {finding.rule for finding in findings}

    def found(self) -> frozenset[ProblemRule]:
        return frozenset(problem.rule for problem in verify(self.engine).found)

    def attack(self, do: Callable[[Connection], object]) -> None:
        with writing(self.engine) as connection:
            without_guards(connection)
            do(connection)


@pytest.fixture
def city(alone: Site, store_url: str) -> Iterator[City]:
    """The entries reach the store in signed batches of a kiosk's own key, as they do over the wire."""
    engine = open_store(store_url)
    key = alone.key()
    assert key is not None
    side = KioskSide(alone.kiosk_id, private=key.private)
    side.enroll_at(engine)
    with alone.open() as journal:
        side.entries += journal.entries_after(0, count_max=1000, bytes_max=2**30)
    first_day_ends = alone.attacker.seq_of("day_checkpoint")
    assert isinstance(accept_batch(engine, side.batch(1, first_day_ends), now_ms), Acknowledged)
    assert isinstance(accept_batch(engine, side.batch(first_day_ends - 2), now_ms), Acknowledged)
    yield City(engine, alone, side)
    engine.dispose()


def test_an_honest_register_agrees_with_every_paper(city: City) -> None:
    assert verify(city.engine).problems == ()
    assert all({Rule.SIGNED, Rule.AGREES} <= city.paper(number) for number in (0, 1))


@pytest.mark.parametrize("name", ATTACKS)
def test_verification_finds_exactly_it_and_the_paper_says_so(city: City, name: str) -> None:
    attack = ATTACKS[name]
    city.attack(attack.do)
    if not attack.finds:
        rebuild(city.engine)
    assert city.found() == attack.finds
    assert any(attack.words in problem for problem in verify(city.engine).problems) or not attack.words
    said = city.paper()
    assert attack.paper in said
    assert (Rule.DIFFERS in said) is (attack.paper is not Rule.AGREES)


def test_a_history_signed_with_a_key_slipped_in_is_told_by_paper_and_kiosk(city: City, tmp_path: Path) -> None:
    """Somebody with the password can make a register content with itself, not one that the others agree with."""
    forger = city.site.copy_to(tmp_path / "forger")
    (forger.folder / KEY_NAME).unlink()
    key = create_key(forger.folder / KEY_NAME)
    forger.attacker.rewrite(with_sums(cheaper), resign=True)
    forged = KioskSide(city.side.kiosk_id, private=key.private)
    forger.attacker.cover_up()
    with forger.open() as journal:
        forged.entries += journal.entries_after(0, count_max=1000, bytes_max=2**30)

    def slip_in(connection: Connection) -> None:
        for table in ("journal", "batch", "operation", "sale_fact", "day"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE kiosk SET head_seq = 0, head_hash = :hash"), {"hash": GENESIS_HASH})
        kiosks.add_key(connection, kiosks.KeyRow(forged.kiosk_id, forged.key_id, forged.public_key, now_ms(), None))

    city.attack(slip_in)
    assert isinstance(accept_batch(city.engine, forged.batch(), now_ms), Acknowledged)
    assert verify(city.engine).problems == (), "the register is content"
    assert {Rule.SIGNED, Rule.HASH_OTHER, Rule.MONEY_OTHER, Rule.RECORDED_OTHER, Rule.DIFFERS} <= city.paper()
    assert Rule.AGREES in city.site.against(city.site.papers[-1]), "the kiosk's journal is the one the paper is of"
    city.side.sell()
    refused = accept_batch(city.engine, city.side.batch(len(city.side.entries) - 2), now_ms)
    assert isinstance(refused, Refused)
    assert refused.rule is WireRule.FORK


def test_a_day_taken_out_comes_back_with_the_kiosks_next_word(site: Site, register: Engine) -> None:
    """As after an older copy restored: the kiosk has it all and sends it again."""
    with writing(register) as connection:
        without_guards(connection)
        seq = connection.execute(
            text("SELECT min(last_seq) FROM batch WHERE kiosk_id = :kiosk"), {"kiosk": site.kiosk_id}
        ).scalar_one()
        connection.execute(text("DELETE FROM journal WHERE kiosk_id = :kiosk"), {"kiosk": site.kiosk_id})
        connection.execute(text("DELETE FROM batch WHERE kiosk_id = :kiosk"), {"kiosk": site.kiosk_id})
        values = {"kiosk": site.kiosk_id, "hash": GENESIS_HASH}
        connection.execute(text("UPDATE kiosk SET head_seq = 0, head_hash = :hash WHERE kiosk_id = :kiosk"), values)
        assert seq > 0
    rebuild(register)
    with site.open() as journal:
        while not isinstance(site.sync(journal), UpToDate):
            pass
    _, findings = verify_paper(register, parse_checkpoint(site.papers[-1]))
    assert findings[-1].rule is Rule.AGREES
    assert verify(register, site.kiosk_id).problems == ()


def test_quarantine_and_flags_of_the_clock_are_not_covered(city: City) -> None:
    """What nobody notices: these tables are notes for a person, no part of any chain."""
    forked = city.side.forked(5)
    forked.sell()
    assert isinstance(accept_batch(city.engine, forked.batch(), now_ms), Refused)
    assert city.found() == {ProblemRule.FROZEN, ProblemRule.QUARANTINE}

    def hush(connection: Connection) -> None:
        connection.execute(text("UPDATE kiosk SET frozen_rule = '', frozen_detail = ''"))
        connection.execute(text("DELETE FROM quarantine"))

    city.attack(hush)
    assert city.found() == frozenset()
    assert isinstance(accept_batch(city.engine, forked.batch(), now_ms), Refused), "it is frozen again when it speaks"
    assert ProblemRule.FROZEN in city.found()
