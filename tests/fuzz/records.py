"""A record of every kind there is, made from the kinds' own shapes, and records with hostile values in them."""

import copy
import json
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, NewType, Union, cast, get_args, get_origin, get_type_hints

from kiosk.domain.codec import Plain, to_plain
from kiosk.domain.record import EVENTS, FACTS, Actor, Header, canonical_json

KIOSK_ID, EPOCH, SEQ = "k1", 1, 7
DAY = date(2026, 11, 23)
Path = tuple[str | int, ...]

HOSTILE: tuple[object, ...] = (
    True,
    False,
    600.0,
    600.5,
    -0.0,
    1e300,
    "600",
    "",
    -1,
    0,
    999_999_999,
    1_000_000_000,
    2**31,
    2**53,
    2**63,
    -(2**63),
    10**30,
    None,
    [],
    {},
    [[]],
    {"amount_yen": 1},
    "\u0000",
    "\u202e市民",
    "x" * 300,
    "2026-02-30",
    "20261123",
    "2026-W48-1",
    "9999-12-31",
    "sale",
    "cash",
    "revenue",
)
"""What an amount, a date, a name or a list is not, and what they only just are."""


ENTRIES_OF_ONE = 4
"""So many entries in a row speak of the same operation."""
IN_HEADER_TOO = b"\xe0"


def sample(shape: Any) -> Any:
    """A plausible value of a declared type; optional fields are filled."""
    origin = get_origin(shape)
    if isinstance(shape, NewType):
        return sample(shape.__supertype__)
    if origin in (Union, types.UnionType):
        return sample(next(each for each in get_args(shape) if each is not types.NoneType))
    if origin in (tuple, frozenset):
        return origin((sample(get_args(shape)[0]),))
    if is_dataclass(shape) and isinstance(shape, type):
        hints = get_type_hints(shape)
        return shape(**{each.name: sample(hints[each.name]) for each in fields(shape)})
    if issubclass(shape, Enum):
        return next(iter(shape))
    return {str: "operation-1", int: 10, bool: True, date: DAY}[shape]


@cache
def kinds() -> tuple[str, ...]:
    return (*FACTS, *EVENTS)


def record_of(kind: str, *, kiosk_id: str = KIOSK_ID, epoch: int = EPOCH, seq: int = SEQ) -> dict[str, Any]:
    """Header and body as JSON values."""
    shape = FACTS.get(kind) or EVENTS[kind]
    body = cast(dict[str, Plain], to_plain(sample(shape)))
    if kind in EVENTS or "operation_id" in body:
        body["operation_id"] = f"operation-{seq // ENTRIES_OF_ONE}"
    actor = Actor("yamada", "山田 花子", "出納員")
    header = Header(
        kiosk_id, epoch, seq, kind, "2026-11-23T10:15:02.000+09:00", 1, "boot", DAY, actor, "2026-11-01", actor
    )
    return {"header": to_plain(header), "body": body}


def every_record() -> list[bytes]:
    """Canonical bytes of one record of each kind."""
    return [canonical_json(record_of(kind)) for kind in kinds()]


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key in sorted(value):
            yield from _paths(value[key], (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, (*path, index))


def _put(value: Any, path: Path, new: object) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def spoiled(data: bytes, *, kiosk_id: str = KIOSK_ID, epoch: int = EPOCH, seq: int = SEQ) -> bytes:
    """A record of some kind with hostile values at some places, in canonical bytes: byte 0 says which kind, then pairs
    say where and what. A header that is off is refused with all behind it: only a high byte 0 touches it."""
    kind = kinds()[data[0] % len(kinds())] if data else kinds()[0]
    record = record_of(kind, kiosk_id=kiosk_id, epoch=epoch, seq=seq)
    part = record if data[:1] >= IN_HEADER_TOO else record["body"]
    for where, what in zip(data[1:7:2], data[2:8:2], strict=False):
        paths = list(_paths(part))
        if not paths:
            break
        _put(part, paths[where % len(paths)], copy.deepcopy(HOSTILE[what % len(HOSTILE)]))
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hostile_amounts() -> list[bytes]:
    """What ``spoiled`` makes an intent of, whose amount is a hostile value: one for each."""
    kind = kinds().index("operation_prepared")
    where = list(_paths(record_of("operation_prepared")["body"])).index(("amount_yen",))
    return [bytes((kind, *(where, what) * 3, 0)) for what in range(len(HOSTILE))]


def made_up(data: bytes) -> bytes:
    """Bytes as they are, JSON made canonical, or a spoiled record: byte 0 says which."""
    if not data:
        return b""
    way, rest = data[0] % 3, data[1:]
    if way == 0:
        return rest
    if way == 1:
        try:
            return canonical_json(json.loads(rest))
        except (ValueError, RecursionError):
            return rest
    return spoiled(rest)


def seeds() -> list[bytes]:
    whole = [bytes((way,)) + each for each in every_record() for way in (0, 1)]
    return (
        whole
        + [bytes((2, kind, where, what)) for kind in range(len(kinds())) for where, what in ((2, 0), (3, 3))]
        + [b"\2" + each for each in hostile_amounts()]
    )


def is_within(read: object, given: object) -> bool:
    """Whatever was read stands in what was given with the same type; keys that nobody knows may be more."""
    if isinstance(read, dict):
        return isinstance(given, dict) and all(is_within(read[key], given[key]) for key in read.keys() & given.keys())
    if isinstance(read, list):
        return isinstance(given, list) and len(read) == len(given) and all(map(is_within, read, given))
    return type(read) is type(given) and read == given
