"""Identities are UUIDs of version 7 (RFC 9562)."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import RANDOM_BYTES, uuid7

MS = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_the_example_of_the_standard() -> None:
    # RFC 9562, appendix A.6: rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
    random = bytes.fromhex("0cc3") + bytes.fromhex("18c4dc0c0c07398f")
    assert uuid7(unix_ms=0x017F22E279B0, random=random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(unix_ms=MS, random=RANDOM)
def test_version_variant_and_time(unix_ms: int, random: bytes) -> None:
    made = UUID(uuid7(unix_ms=unix_ms, random=random))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == unix_ms


@given(first=MS, second=MS, random=RANDOM)
def test_later_identities_sort_later(first: int, second: int, random: bytes) -> None:
    if first != second:
        assert (uuid7(unix_ms=first, random=random) < uuid7(unix_ms=second, random=random)) == (first < second)


@given(unix_ms=MS, random=RANDOM, bit=st.integers(0, 79))
def test_74_bits_are_random(unix_ms: int, random: bytes, bit: int) -> None:
    other = (int.from_bytes(random, "big") ^ 1 << bit).to_bytes(RANDOM_BYTES, "big")
    same = uuid7(unix_ms=unix_ms, random=random) == uuid7(unix_ms=unix_ms, random=other)
    assert same == (bit in (62, 63, 76, 77, 78, 79)), "all but the bits of version and variant"


@pytest.mark.parametrize("length", [0, 9, 11, 16])
def test_the_wrong_amount_of_randomness(length: int) -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(unix_ms=0, random=bytes(length))
