"""Identities: sale > payment > operation, and documents. Owns their shape; refuses to make randomness itself."""

from collections.abc import Callable
from typing import NewType
from uuid import UUID

SaleId = NewType("SaleId", str)
PaymentId = NewType("PaymentId", str)
OperationId = NewType("OperationId", str)
DocumentId = NewType("DocumentId", str)

RANDOM_BYTES = 10
"""UUID version 7 carries 74 random bits (RFC 9562 section 5.7); ten bytes cover them."""

NewId = Callable[[], str]
"""Makes a fresh identity; handed in by the composition root or a simulation."""


def uuid7(*, unix_ms: int, random: bytes) -> str:
    """UUID version 7 (RFC 9562 section 5.7) from a wall time in milliseconds and ten random bytes."""
    if len(random) != RANDOM_BYTES:
        raise ValueError("a UUID version 7 takes ten random bytes")
    value = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))
