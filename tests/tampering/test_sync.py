"""Attacks on a kiosk that fit so well that only the register, or the paper of the day, can tell."""

import shutil
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from kiosk.domain.checkpoint import parse_checkpoint
from kiosk.domain.checkpoint_check import Rule
from kiosk.journal.head_file import HEAD_NAME
from kiosk.journal.opening import DATABASE_NAME
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME
from kiosk.sync.keys import create_key, load_enrolment, save_enrolment
from kiosk.sync.push import RefusedByRegister, UpToDate
from register.services.verify import verify
from register.services.verify_paper import verify_paper
from tests.tampering.site import Site
from tests.tampering.test_journal import cheaper, cut_and_cover_up, refusal, rewritten, with_sums


def at_register(register: Engine, paper: str) -> set[Rule]:
    """What the register's copy says to a paper."""
    _, findings = verify_paper(register, parse_checkpoint(paper))
    return {finding.rule for finding in findings}


def reason(site: Site) -> str:
    """What the kiosk remembers of why it was refused; the window shows its light by it."""
    with site.open() as journal:
        return journal.books().sync_status().frozen_reason


def yesterday(site: Site) -> None:
    """The whole folder as it was the evening before: database, head file, acknowledgements."""
    old = site.copy_to(site.folder.with_name("backup"))
    site.day()
    with site.open() as journal:
        site.sync(journal)
    for name in (DATABASE_NAME, HEAD_NAME):
        shutil.copy(old.folder / name, site.folder / name)


FITTING: dict[str, Callable[[Site], object]] = {
    "a new history, covered up and signed again": rewritten(with_sums(cheaper), resign=True),
    "the end cut off, covered up": cut_and_cover_up,
    "yesterday's folder put back": yesterday,
}


@pytest.mark.parametrize("name", FITTING)
def test_the_next_start_and_push_freeze_the_kiosk(site: Site, register: Engine, name: str) -> None:
    FITTING[name](site)
    assert refusal(site) == "", "the attacker thought of everything on this machine"
    result = site.start_and_sync()
    assert isinstance(result, RefusedByRegister)
    assert (result.rule, result.frozen) == ("fork", True)
    assert reason(site).startswith("fork: entry ")
    assert reason(site).endswith(" is not the one acknowledged before")
    (problem,) = verify(register, site.kiosk_id).problems[:1]
    assert problem.startswith(f"{site.kiosk_id}: frozen, fork: entry ")
    newest = site.papers[-1]
    assert Rule.DIFFERS in site.against(newest)
    assert Rule.AGREES in at_register(register, newest), "the register's copy is the one the paper was made of"
    assert Rule.SIGNED in at_register(register, newest)


@pytest.mark.parametrize("name", ["the end cut off, covered up", "yesterday's folder put back"])
def test_a_heartbeat_alone_is_enough(site: Site, name: str) -> None:
    FITTING[name](site)
    with site.open() as journal:
        result = site.sync(journal)
    assert isinstance(result, RefusedByRegister)
    assert (result.rule, result.frozen) == ("rolled_back", True)
    assert reason(site).startswith("rolled_back: journal rolled back: the kiosk ends at")


def test_an_acknowledgement_invented_or_forgotten_costs_nothing(site: Site, register: Engine) -> None:
    """Entries marked as sent that were not are asked for by the register; those sent twice are taken once."""
    site.day()
    site.attacker.cover_up(acknowledged=True)
    with site.open() as journal:
        assert journal.books().sync_status().acked_seq == journal.head().seq
        while not isinstance(site.sync(journal), UpToDate):
            pass
    assert Rule.AGREES in at_register(register, site.papers[-1])
    site.attacker.run("UPDATE sync_state SET acked_seq = 0, acked_hash = zeroblob(32)")
    with site.open() as journal:
        while not isinstance(site.sync(journal), UpToDate):
            pass
    assert verify(register, site.kiosk_id).problems == ()


def test_a_standing_changed_in_the_read_models_is_on_the_paper_and_in_the_registers_flags(
    site: Site, register: Engine
) -> None:
    """A start does not replay the journal. The close then states a sum that the register's own fold contradicts."""
    with site.running() as bench:
        site.sell_after_opening(bench)
    hidden = "(SELECT max(rowid) FROM operation WHERE state = 'approved')"
    site.attacker.run(f"UPDATE operation SET state = 'declined' WHERE rowid = {hidden}")
    assert "read models" in site.bad()
    with site.running() as bench:
        site.close(bench)
        site.sync(bench.journal)
    assert parse_checkpoint(site.papers[-1]).amount_yen == 600
    with register.connect() as connection:
        query = text("SELECT detail FROM exception_flag WHERE kiosk_id = :kiosk AND rule = 'day_totals'")
        (flag,) = connection.execute(query, {"kiosk": site.kiosk_id}).scalars()
    assert flag == "credit: 300 stated, 600 held"


def test_another_key_is_refused_and_its_paper_is_not_genuine(site: Site, register: Engine) -> None:
    (site.folder / KEY_NAME).unlink()
    key = create_key(site.folder / KEY_NAME)
    enrolled = load_enrolment(site.folder / ENROLMENT_NAME)
    save_enrolment(site.folder / ENROLMENT_NAME, type(enrolled)(enrolled.url, site.kiosk_id, 1, key.key_id))
    site.day()
    result = site.start_and_sync()
    assert isinstance(result, RefusedByRegister)
    assert (result.rule, result.frozen) == ("unknown_key", True)
    assert reason(site) == "unknown_key: this kiosk is not enrolled with this key"
    said = at_register(register, site.papers[-1])
    assert {Rule.KEY_NOT_ENROLLED, Rule.ENTRY_MISSING, Rule.DIFFERS} <= said
    assert Rule.SIGNED_BY_OWN_WORD in site.against(site.papers[-1]), "the kiosk itself cannot tell, and says so"


def test_a_forged_paper_is_told_from_the_real_one(site: Site, register: Engine) -> None:
    real = parse_checkpoint(site.papers[-1])
    assert Rule.SIGNATURE_WRONG in at_register(register, site.papers[-1].replace("/900/", "/600/"))
    key = site.key()
    assert key is not None
    stolen = type(real)(
        real.kiosk_id, 1, real.business_date, real.first_seq, real.last_seq, 2, 600, real.head_hash
    ).signed(key.key_id, key.sign)
    said = at_register(register, stolen.text)
    assert {Rule.SIGNED, Rule.HASH_SAME, Rule.MONEY_OTHER, Rule.RECORDED_OTHER, Rule.DIFFERS} <= said
    unsigned = type(real)(real.kiosk_id, 1, real.business_date, real.first_seq, real.last_seq, 3, 900, real.head_hash)
    assert {Rule.UNSIGNED, Rule.RECORDED_OTHER, Rule.DIFFERS} <= at_register(register, unsigned.text)


def test_what_nobody_can_tell(site: Site, register: Engine) -> None:
    """The limit: a sale that has reached neither the register nor a paper, taken out with everything made to fit.

    Only what lies outside this house still knows of it: the terminal's own day, compared at the close.
    """
    with site.running() as bench:
        site.sell_after_opening(bench)
    first = site.attacker.seq_of("operation_prepared", -1)
    site.attacker.run(f"DELETE FROM journal WHERE seq >= {first}")
    site.attacker.cover_up(acknowledged=False)
    assert refusal(site) == ""
    assert site.bad() == {}
    assert not isinstance(site.start_and_sync(), RefusedByRegister)
    assert verify(register, site.kiosk_id).problems == ()
