"""Every fault of the sync protocol against a real server, on both databases: what is answered, kept, frozen, told."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import select

from kiosk.domain.batch import LINE_END, Purpose
from kiosk.domain.record import canonical_json
from register.domain.clock import wall_ms
from register.domain.submission import Submission
from register.services.accept_batch import SKEW_MS_MAX
from register.services.enroll import revoke
from register.services.export import export_quarantine
from register.services.tell_kiosks import kiosk_standings
from register.store.engine import reading
from register.store.schema import EXCEPTION_FLAG, QUARANTINE
from tests.contract.register.conftest import Site
from tests.unit.register.kiosk_side import KioskSide

ACKNOWLEDGED = 6
"""Two sales are at the register before the fault, one waits."""
LEAD_S = SKEW_MS_MAX // 1000


def headers_of(sent: Submission) -> dict[str, str]:
    """The headers of a signed request, as the interface is published."""
    return {
        "Kiosk-Epoch": str(sent.epoch),
        "Kiosk-First-Seq": str(sent.first_seq),
        "Kiosk-Prev-Hash": sent.prev_hash.hex(),
        "Kiosk-Sent-At": sent.sent_at,
        "Kiosk-Key-Id": sent.key_id,
        "Kiosk-Signature": sent.signature.hex(),
    }


def post(site: Site, sent: Submission) -> requests.Response:
    url = f"{site.register.url}/v1/kiosks/{sent.kiosk_id}/journal"
    return requests.post(url, data=sent.body, headers=headers_of(sent), timeout=30)


def enrolled(site: Site) -> KioskSide:
    """A kiosk with two sales acknowledged and a third waiting."""
    side = KioskSide(f"{next(site.names)}")
    side.enroll_at(site.engine)
    side.sell()
    side.sell()
    assert post(site, now(side, 1, ACKNOWLEDGED)).status_code == 200
    side.sell()
    return side


def now(side: KioskSide, first: int = 1, last: int | None = None) -> Submission:
    """Entries, sent at this moment."""
    return side.submit(side.entries[first - 1 : last], sent_at=moment())


def moment(ahead_s: float = 0.0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=ahead_s)).isoformat(timespec="milliseconds")


def signed_body(side: KioskSide, body: bytes, first_seq: int, prev_hash: bytes) -> Submission:
    return side.sign(Purpose.JOURNAL, body, first_seq=first_seq, prev_hash=prev_hash, sent_at=moment())


def forked(side: KioskSide, shared: int, first: int) -> Submission:
    other = side.forked(shared)
    other.sell()
    other.sell()
    other.sell()
    return now(other, first)


def by_another(side: KioskSide) -> Submission:
    """Signed with a key of somebody else, under this kiosk's key id."""
    other = KioskSide(side.kiosk_id, entries=side.entries)
    return replace(now(other, 7), key_id=side.key_id)


def reordered(side: KioskSide) -> Submission:
    first, second, third = side.entries[6:9]
    return side.submit([first, third, second], sent_at=moment())


def with_a_hole(side: KioskSide) -> Submission:
    return side.submit([side.entries[6], side.entries[8]], sent_at=moment())


def not_canonical(side: KioskSide) -> Submission:
    """The same values with a blank after a comma."""
    body = side.entries[6].canonical.replace(b",", b", ", 1) + LINE_END
    return signed_body(side, body, 7, side.entries[5].hash)


def other_epoch(side: KioskSide) -> Submission:
    return now(replace(side, epoch=2), 7)


def of_another_kiosk(side: KioskSide) -> Submission:
    """Another kiosk's entries under this one's name and signature."""
    return now(KioskSide(side.kiosk_id, 1, side.private, KioskSide("k0").with_sales(3)), 7)


def a_copy_of_nothing(side: KioskSide) -> Submission:
    return signed_body(side, b"", 7, side.entries[5].hash)


@dataclass(frozen=True)
class Case:
    """``rule`` empty: taken. ``held`` entries are at the register afterwards."""

    name: str
    sent: Callable[[KioskSide], Submission]
    status: int
    rule: str = ""
    held: int = ACKNOWLEDGED
    frozen: str = ""
    quarantined: int = 0
    alarm: str = ""
    flags: tuple[str, ...] = ()


def altered(alter: Callable[[Submission], Submission]) -> Callable[[KioskSide], Submission]:
    """An honest batch in which something was changed on the way."""
    return lambda side: alter(now(side, 7))


def dated(ahead_s: float) -> Callable[[KioskSide], Submission]:
    return lambda side: side.submit(side.entries[6:], sent_at=moment(ahead_s))


def forgery(name: str, sent: Callable[[KioskSide], Submission]) -> Case:
    return Case(name, sent, 401, "bad_signature", alarm="signature_refused")


def fork(name: str, sent: Callable[[KioskSide], Submission]) -> Case:
    return Case(name, sent, 409, "fork", frozen="fork", quarantined=1, alarm="frozen")


YEARS_S = 10 * 365 * 86400
CASES = (
    Case("the next entries", lambda side: now(side, 7), 200, held=9),
    Case("a replay", lambda side: now(side, 1, 6), 200),
    Case("a replay of a part", lambda side: now(side, 2, 4), 200),
    Case("an overlap", lambda side: now(side, 4), 200, held=9),
    Case("everything again and more", lambda side: now(side), 200, held=9),
    Case("a gap", lambda side: now(side, 8), 409, "gap"),
    fork("the newest entry with another body", lambda side: forked(side, 5, 6)),
    fork("an old entry with another body", lambda side: forked(side, 2, 3)),
    fork("another beginning", lambda side: forked(side, 0, 1)),
    fork("a continuation of something else", lambda side: forked(side, 5, 7)),
    forgery("no signature", altered(lambda sent: replace(sent, signature=bytes(64)))),
    forgery("a signature of another's key", by_another),
    forgery("another time than was signed", altered(lambda sent: replace(sent, sent_at="2030-01-01T00:00:00+00:00"))),
    forgery("another place than was signed", altered(lambda sent: replace(sent, first_seq=1))),
    forgery("another epoch than was signed", altered(lambda sent: replace(sent, epoch=9))),
    forgery("another head than was signed", altered(lambda sent: replace(sent, prev_hash=b"\1" * 32))),
    Case("a key nobody enrolled", altered(lambda sent: replace(sent, key_id="0" * 16)), 401, "unknown_key"),
    Case("a kiosk nobody enrolled", altered(lambda sent: replace(sent, kiosk_id="nobody")), 401, "unknown_key"),
    Case("entries out of order", reordered, 422, "header_mismatch", quarantined=1),
    Case("an entry left out", with_a_hole, 422, "header_mismatch", quarantined=1),
    Case("bytes that are not canonical", not_canonical, 422, "not_canonical", quarantined=1),
    Case("entries of another kiosk", of_another_kiosk, 422, "header_mismatch", quarantined=1),
    Case("an epoch the kiosk is not in", other_epoch, 422, "header_mismatch", quarantined=1),
    Case("nothing", a_copy_of_nothing, 422, "invalid"),
    Case("a clock a little ahead", dated(LEAD_S - 10), 200, held=9),
    Case("a clock behind by two minutes and more", dated(-LEAD_S - 10), 200, held=9, flags=("clock_skew",)),
    Case("a clock ten years ahead", dated(YEARS_S), 200, held=9, flags=("clock_skew",)),
    Case("a clock ten years behind", dated(-YEARS_S), 200, held=9, flags=("clock_skew",)),
)


def in_store(site: Site, side: KioskSide) -> tuple[int, tuple[str, ...]]:
    """Batches in quarantine and rules of flags of one kiosk."""
    with reading(site.engine) as connection:
        quarantined = connection.execute(select(QUARANTINE.c.rule).where(QUARANTINE.c.kiosk_id == side.kiosk_id))
        flags = connection.scalars(select(EXCEPTION_FLAG.c.rule).where(EXCEPTION_FLAG.c.kiosk_id == side.kiosk_id))
        return len(quarantined.all()), tuple(flags)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_answered_kept_and_told(site: Site, case: Case) -> None:
    side = enrolled(site)
    sent = case.sent(side)
    for _ in range(2):  # and a fault that is repeated is answered alike
        response = post(site, sent)
        answer = response.json()
        frozen_by_now = case.frozen and answer.get("rule") == "frozen"
        assert frozen_by_now or (response.status_code, answer.get("rule", "")) == (case.status, case.rule), answer
    assert site.held(side.kiosk_id) == b"".join(entry.canonical + LINE_END for entry in side.entries[: case.held])
    (standing,) = kiosk_standings(site.engine, side.kiosk_id)
    assert standing["state"] == (case.frozen or "ok")
    assert in_store(site, side) == (case.quarantined, case.flags)
    assert site.events(side.kiosk_id)[2:] == ([case.alarm] if case.alarm else [])
    told = bool(case.frozen or case.quarantined)
    assert bool(site.problems(side.kiosk_id)) is told
    if case.status == 200:
        last = sent.first_seq + sent.body.count(LINE_END) - 1
        assert (answer["ack_seq"], answer["ack_hash"]) == (last, side.entries[last - 1].hash.hex())


def test_what_was_refused_can_be_read_by_a_person(site: Site) -> None:
    """Sales made after a backup was put back are in no total: finance books them from here."""
    side = enrolled(site)
    sent = forked(side, 5, 6)
    post(site, sent)
    assert b"".join(export_quarantine(site.engine, side.kiosk_id)) == sent.body


def test_a_gap_says_where_to_go_on(site: Site) -> None:
    side = enrolled(site)
    assert post(site, now(side, 8)).json()["expected_seq"] == 7
    assert post(site, now(side, 7)).json()["ack_seq"] == 9


def test_a_revoked_key_is_refused_and_alarmed_and_what_it_signed_still_verifies(site: Site) -> None:
    side = enrolled(site)
    revoke(site.engine, side.kiosk_id, key_id=side.key_id, now_ms=wall_ms)
    for _ in range(3):
        response = post(site, now(side, 7))
        assert (response.status_code, response.json()["rule"]) == (403, "key_revoked")
    assert site.events(side.kiosk_id)[2:] == ["key_revoked", "key_refused"]
    assert site.problems(side.kiosk_id) == []
    assert len(site.held(side.kiosk_id).splitlines()) == ACKNOWLEDGED


def test_a_re_imaged_kiosk_goes_on_in_a_new_epoch_and_the_old_one_is_refused(site: Site) -> None:
    old = enrolled(site)
    new = KioskSide(old.kiosk_id)
    new.enroll_at(site.engine, new_epoch=True)
    assert new.epoch == 2
    new.sell("anew")
    assert post(site, now(new)).json()["ack_seq"] == 3
    assert post(site, now(old, 7)).json()["rule"] == "key_revoked"
    clone = KioskSide(old.kiosk_id, 1, new.private, old.entries)
    answer = post(site, now(clone, 7)).json()
    assert (answer["rule"], answer["epoch"]) == ("wrong_epoch", 2)
    assert len(site.held(old.kiosk_id).splitlines()) == ACKNOWLEDGED + 3
    assert site.problems(old.kiosk_id) == []


@pytest.mark.parametrize(
    ("spoil", "flag"),
    [
        (lambda value: value["header"].update(schema_version=2), "newer_schema"),
        (lambda value: value["header"].update(schema_version=2, weather="rain"), "newer_schema"),
        (lambda value: value["body"].update(weather="rain"), ""),
        (lambda value: value["header"].update(kind="sold_by_weight"), "not_understood"),
    ],
    ids=["a newer version", "a newer version with a new field", "an unknown field", "an unknown kind"],
)
def test_what_a_newer_kiosk_says_is_kept_byte_for_byte(
    site: Site, spoil: Callable[[dict[str, dict[str, object]]], None], flag: str
) -> None:
    side = enrolled(site)
    value = json.loads(side.entries.pop().canonical)
    spoil(value)
    side.add_bytes(canonical_json(value))
    assert post(site, now(side, 7)).json()["ack_seq"] == 9
    assert site.held(side.kiosk_id).splitlines()[8] == canonical_json(value)
    assert in_store(site, side)[1] == ((flag,) if flag else ())
    assert site.problems(side.kiosk_id) == []


def test_a_body_cut_on_the_way_changes_nothing(site: Site) -> None:
    side = enrolled(site)
    sent = now(side, 7)
    packed = gzip.compress(sent.body)
    url = f"{site.register.url}/v1/kiosks/{sent.kiosk_id}/journal"
    for body in (packed[: len(packed) // 2], sent.body[: len(sent.body) // 2]):
        encoding = {"Content-Encoding": "gzip"} if body[:2] == packed[:2] else {}
        response = requests.post(url, data=body, headers=headers_of(sent) | encoding, timeout=30)
        assert response.status_code in (401, 422)
    assert post(site, sent).json()["ack_seq"] == 9


def test_guesses_at_a_code_are_counted_and_the_eleventh_waits(site: Site) -> None:
    """Whoever guesses is held up for a minute, and the kiosk's history shows it. The kiosks go on pushing."""
    side = enrolled(site)
    body = {"kiosk_id": side.kiosk_id, "public_key": "00" * 32}
    for _ in range(30):
        response = requests.post(f"{site.register.url}/v1/enroll", json={**body, "code": "AAAA-AAAA-AAAA"}, timeout=30)
        if response.status_code == 429:
            break
        assert response.json()["rule"] == "code_refused"
    assert (response.json()["rule"], response.headers["Retry-After"]) == ("too_many_guesses", "60")
    code = site.code(side.kiosk_id)
    held_up = requests.post(f"{site.register.url}/v1/enroll", json={**body, "code": code}, timeout=30)
    assert held_up.status_code == 429
    assert "code_refused" in site.events(side.kiosk_id)
    assert post(site, now(side, 7)).json()["ack_seq"] == 9
