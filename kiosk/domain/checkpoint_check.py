"""A day's paper against a book that holds the day's entries. Owns what follows from what; refuses to read the book."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.batch import key_id_of
from kiosk.domain.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from kiosk.domain.record import DayCheckpoint, DayClosed, Record

IsSigned = Callable[[bytes, bytes, bytes], bool]
"""Whether an Ed25519 (RFC 8032) public key of 32 bytes made a signature of 64 bytes over a message."""


def unchecked(*_: bytes) -> bool:
    """For a look that has no cryptography at hand: takes every signature for right."""
    return True


class Rule(StrEnum):
    """What a check found; a key of the words in kiosk.domain.checkpoint_words."""

    PAPER = "paper"
    CODE_UNKNOWN = "code_unknown"
    SIGNED = "signed"
    SIGNED_BY_OWN_WORD = "signed_by_own_word"
    UNSIGNED = "unsigned"
    KEY_UNKNOWN = "key_unknown"
    KEY_NOT_ENROLLED = "key_not_enrolled"
    KEY_REVOKED_BEFORE = "key_revoked_before"
    SIGNATURE_WRONG = "signature_wrong"
    KIOSK_UNKNOWN = "kiosk_unknown"
    OTHER_KIOSK = "other_kiosk"
    NO_EPOCH = "no_epoch"
    ENTRY_MISSING = "entry_missing"
    HASH_SAME = "hash_same"
    HASH_OTHER = "hash_other"
    CHAIN_BROKEN = "chain_broken"
    NOT_THE_CLOSE = "not_the_close"
    MONEY_SAME = "money_same"
    MONEY_OTHER = "money_other"
    RECORDED = "recorded"
    NOT_RECORDED = "not_recorded"
    RECORDED_OTHER = "recorded_other"
    AGREES = "agrees"
    DIFFERS = "differs"


NOTES = frozenset({Rule.PAPER, Rule.UNSIGNED, Rule.KEY_UNKNOWN, Rule.SIGNED_BY_OWN_WORD, Rule.NOT_RECORDED})
"""Worth knowing and no contradiction."""
FAULTS = frozenset(
    {
        Rule.CODE_UNKNOWN,
        Rule.KEY_NOT_ENROLLED,
        Rule.KEY_REVOKED_BEFORE,
        Rule.SIGNATURE_WRONG,
        Rule.KIOSK_UNKNOWN,
        Rule.OTHER_KIOSK,
        Rule.NO_EPOCH,
        Rule.ENTRY_MISSING,
        Rule.HASH_OTHER,
        Rule.CHAIN_BROKEN,
        Rule.NOT_THE_CLOSE,
        Rule.MONEY_OTHER,
        Rule.RECORDED_OTHER,
        Rule.DIFFERS,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; ``values`` are what its sentence names."""

    rule: Rule
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.rule not in FAULTS


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that may have signed. ``vouched``: the register enrolled it; else the book itself names it, no more."""

    public_key: bytes
    vouched: bool
    revoked_on: date | None = None
    """When the register ceased to take it; what it signed before stays valid."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a book holds where the paper points: its owner, empty for none, and the newest entry of the paper's epoch.

    ``last_seq`` is 0 where the book has no such epoch.
    """

    kiosk_id: str
    last_seq: int
    entry: Record | None
    recorded: DayCheckpoint | None
    key: KnownKey | None
    chain_whole: bool
    """Every entry from the first one follows its predecessor."""
    knows_every_key: bool = False
    """The register's book: a key it does not know is none of this kiosk's."""


def examine(paper: Checkpoint, held: Held, is_signed: IsSigned) -> tuple[Finding, ...]:
    """Every finding in the order a person reads them; the last one is the conclusion."""
    found = [_paper(paper), _signature(paper, held, is_signed), *_entries(paper, held)]
    verdict = Rule.AGREES if all(each.ok for each in found) else Rule.DIFFERS
    return *found, Finding(verdict, {"last_seq": paper.last_seq, "kiosk_id": paper.kiosk_id})


def stated_by(body: DayCheckpoint) -> Checkpoint | None:
    """What a recorded checkpoint says; None where it cannot be read."""
    try:
        return parse_checkpoint(body.text)
    except CheckpointError:
        return None


def own_key(body: DayCheckpoint, key_id: str) -> bytes | None:
    """The public key recorded beside a checkpoint, if it is the one of that name."""
    try:
        key = bytes.fromhex(body.public_key)
    except ValueError:
        return None
    return key if key and key_id_of(key) == key_id else None


def same_day(recorded: Iterable[DayCheckpoint], paper: Checkpoint) -> DayCheckpoint | None:
    """The recorded checkpoint of the paper's day."""
    for body in recorded:
        stated = stated_by(body)
        if stated is not None and (stated.epoch, stated.business_date) == (paper.epoch, paper.business_date):
            return body
    return None


def with_code(recorded: Iterable[DayCheckpoint], code: str) -> Checkpoint | None:
    """The recorded day with this code."""
    return next((stated for body in recorded if (stated := stated_by(body)) and stated.code == code), None)


def code_unknown(code: str) -> tuple[Finding, ...]:
    """For a code that no day of the book has."""
    return (Finding(Rule.CODE_UNKNOWN, {"code": code}),)


def check_recorded(stated: Checkpoint | None, close: Record | None, key: bytes | None, is_signed: IsSigned) -> str:
    """What is wrong with a checkpoint as it stands in the journal, in one English line; empty for nothing.

    ``stated`` is what ``stated_by`` read, ``close`` the entry it points at, ``key`` the one that should have signed it.
    """
    if stated is None:
        return "a recorded day checkpoint cannot be read"
    named = f"the checkpoint of {stated.business_date}"
    if close is None or close.hash != stated.head_hash:
        return f"{named} names another entry {stated.last_seq} than the one recorded"
    header = close.header
    place = (header.kiosk_id, header.epoch, header.business_date)
    if place != (stated.kiosk_id, stated.epoch, stated.business_date) or not _same_money(stated, close):
        return f"{named} states another counter, day, range or sum than its close"
    if stated.key_id and (key is None or not is_signed(key, stated.signature, stated.signing_bytes)):
        return f"{named} is not signed by key {stated.key_id}"
    return ""


def _paper(paper: Checkpoint) -> Finding:
    return Finding(
        Rule.PAPER,
        {
            "kiosk_id": paper.kiosk_id,
            "day": paper.business_date.isoformat(),
            "first_seq": paper.first_seq,
            "last_seq": paper.last_seq,
            "count": paper.count,
            "amount_yen": paper.amount_yen,
            "code": paper.code,
        },
    )


def _signature(paper: Checkpoint, held: Held, is_signed: IsSigned) -> Finding:
    values, key = {"key_id": paper.key_id}, held.key
    if not paper.key_id:
        return Finding(Rule.UNSIGNED)
    if key is None:
        return Finding(Rule.KEY_NOT_ENROLLED if held.knows_every_key else Rule.KEY_UNKNOWN, values)
    if not is_signed(key.public_key, paper.signature, paper.signing_bytes):
        return Finding(Rule.SIGNATURE_WRONG, values)
    if key.revoked_on is not None and key.revoked_on < paper.business_date:
        return Finding(Rule.KEY_REVOKED_BEFORE, values | {"revoked_on": key.revoked_on.isoformat()})
    return Finding(Rule.SIGNED if key.vouched else Rule.SIGNED_BY_OWN_WORD, values)


def _entries(paper: Checkpoint, held: Held) -> Iterator[Finding]:
    values: dict[str, str | int] = {"last_seq": paper.last_seq, "held_seq": held.last_seq}
    if held.kiosk_id != paper.kiosk_id:
        rule = Rule.OTHER_KIOSK if held.kiosk_id else Rule.KIOSK_UNKNOWN
        yield Finding(rule, {"kiosk_id": paper.kiosk_id, "held_id": held.kiosk_id})
        return
    if not held.last_seq:
        yield Finding(Rule.NO_EPOCH, {"epoch": paper.epoch})
        return
    if held.entry is None:
        cut_short = held.last_seq < paper.last_seq
        yield Finding(Rule.ENTRY_MISSING, values) if cut_short else _not_the_close(paper)
        return
    if not held.chain_whole:
        yield Finding(Rule.CHAIN_BROKEN)
    yield Finding(Rule.HASH_SAME if held.entry.hash == paper.head_hash else Rule.HASH_OTHER, values)
    yield _money(paper, held.entry)
    if held.recorded is None:
        yield Finding(Rule.NOT_RECORDED)
    else:
        yield Finding(Rule.RECORDED if held.recorded.text == paper.text else Rule.RECORDED_OTHER)


def _not_the_close(paper: Checkpoint) -> Finding:
    return Finding(Rule.NOT_THE_CLOSE, {"last_seq": paper.last_seq, "day": paper.business_date.isoformat()})


def _money(paper: Checkpoint, entry: Record) -> Finding:
    body = entry.body
    if not isinstance(body, DayClosed) or entry.header.business_date != paper.business_date:
        return _not_the_close(paper)
    values: dict[str, str | int] = {
        "count": paper.count,
        "amount_yen": paper.amount_yen,
        "held_count": sum(total.count for total in body.totals),
        "held_yen": sum(total.amount_yen for total in body.totals),
    }
    return Finding(Rule.MONEY_SAME if _same_money(paper, entry) else Rule.MONEY_OTHER, values)


def _same_money(stated: Checkpoint, close: Record) -> bool:
    body = close.body
    return isinstance(body, DayClosed) and (stated.first_seq, stated.count, stated.amount_yen) == (
        body.first_seq,
        sum(total.count for total in body.totals),
        sum(total.amount_yen for total in body.totals),
    )
