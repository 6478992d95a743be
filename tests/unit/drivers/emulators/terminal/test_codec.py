from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.terminal.codec import SaleCommand, Unwrapper, checksum, message, read_sale, wrap


def test_the_checksum_has_its_published_check_value() -> None:
    assert checksum(b"123456789") == bytes([0x89, 0x21])


@given(st.binary(max_size=254), st.lists(st.integers(0, 600), max_size=5))
def test_any_split_reads_the_same(body: bytes, cuts: list[int]) -> None:
    wire = b"\x06" + wrap(message("06 01", body)) + b"\x15"
    edges = sorted(min(cut, len(wire)) for cut in cuts)
    unwrapper = Unwrapper()
    found = []
    for start, end in zip([0, *edges], [*edges, len(wire)], strict=True):
        found += unwrapper.take(0.0, wire[start:end])
    assert found == ["ack", message("06 01", body), "nak"]


def test_a_damaged_frame_is_bad_and_a_late_one_forgotten() -> None:
    frame = wrap(message("06 01"))
    assert Unwrapper().take(0.0, frame[:-1] + bytes([frame[-1] ^ 1])) == ["bad"]
    unwrapper = Unwrapper()
    assert unwrapper.take(0.0, frame[:5]) == []
    assert unwrapper.take(1.0, frame) == ["bad", message("06 01")]


@given(st.binary(max_size=100))
def test_noise_never_raises(noise: bytes) -> None:
    Unwrapper().take(0.0, noise)
    read_sale(noise)


def test_a_sale_is_read_from_published_bytes() -> None:
    assert read_sale(bytes.fromhex("040000000015004903921900")) == SaleCommand(1500, "0392")
    assert read_sale(bytes.fromhex("04000000000000")) is None
    assert read_sale(bytes.fromhex("490392")) is None
