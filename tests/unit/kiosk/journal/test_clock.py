"""The system's clock says when, with an offset, and which boot."""

from kiosk.journal.clock import Clock, SystemClock


def test_wall_time_has_an_offset_and_monotonic_time_does_not_go_back() -> None:
    clock: Clock = SystemClock()
    assert clock.wall().utcoffset() is not None
    first = clock.monotonic_ms()
    assert clock.monotonic_ms() >= first


def test_the_boot_is_the_same_for_two_clocks_of_one_boot() -> None:
    assert SystemClock().boot_id == SystemClock().boot_id != ""
