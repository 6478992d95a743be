"""Frames as a bad line, a broken device or an enemy would have them. Owns the mutations, seeded; knows no protocol."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]
"""(chance, a valid message, other valid messages) -> the message after damage; may be as it was."""

LENGTHS_TOLD = (0x00, 0x01, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x83, 0xF0, 0xF9, 0xFE, 0xFF)
"""What a length field lies: the edges of one-byte, BER and Fx lengths."""
SPLITS_MAX = 4


def flip_bits(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    damaged = bytearray(message)
    for _each in range(chance.choice((1, 1, 1, 2, 2, 3, 8))):
        bit = chance.randrange(len(damaged) * 8)
        damaged[bit >> 3] ^= 1 << (bit & 7)
    return bytes(damaged)


def drop(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    at, size = chance.randrange(len(message)), chance.choice((1, 1, 1, 2, 5))
    return message[:at] + message[at + size :]


def double(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    at, size = chance.randrange(len(message)), chance.choice((1, 1, 2, 8))
    return message[: at + size] + message[at:]


def swap(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    damaged = bytearray(message)
    here, there = chance.randrange(len(damaged)), chance.randrange(len(damaged))
    damaged[here], damaged[there] = damaged[there], damaged[here]
    return bytes(damaged)


def truncate(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    return message[: chance.randrange(len(message))]


def insert(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(message) + 1)
    return message[:at] + chance.randbytes(chance.choice((1, 1, 2, 16))) + message[at:]


def lie(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    """One byte, often a length, says something else."""
    at = chance.randrange(len(message))
    told = chance.choice((*LENGTHS_TOLD, message[at] + 1 & 0xFF, message[at] - 1 & 0xFF))
    return message[:at] + bytes((told,)) + message[at + 1 :]


def splice(chance: Random, message: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of one and the end of another."""
    other = chance.choice(others)
    return message[: chance.randrange(len(message) + 1)] + other[chance.randrange(len(other) + 1) :]


MUTATIONS: tuple[Mutation, ...] = (flip_bits, drop, double, swap, truncate, insert, lie, splice)


def damaged(seed: int, valid: Sequence[bytes], count: int, extra: Sequence[Mutation] = ()) -> Iterator[bytes]:
    """``count`` messages, each damaged in one way, now and then in two; none of them is valid[i] again."""
    chance = Random(seed)
    mutations = (*MUTATIONS, *extra)
    known = frozenset(valid)
    told = 0
    while told < count:
        message = chance.choice(valid)
        for _ in range(chance.choice((1, 1, 1, 2))):
            if message:
                message = chance.choice(mutations)(chance, message, valid)
        if message not in known:
            told += 1
            yield message


def pieces(chance: Random, wire: bytes) -> list[bytes]:
    """The same bytes as a port may hand them over."""
    cuts = sorted(chance.randrange(len(wire) + 1) for _ in range(chance.randrange(SPLITS_MAX)))
    return [wire[start:end] for start, end in zip((0, *cuts), (*cuts, len(wire)), strict=True)]


def told(name: str, tally: Counter[str]) -> None:
    """One line for whoever runs a million of them (``-s``)."""
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(tally.items()))
    print(f"\n{name}: {counts}")
