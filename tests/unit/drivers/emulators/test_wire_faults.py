"""What each fault of the wire makes of a frame, of its repeat, and of a frame that tells no result."""

import pytest

from drivers.emulators.wire_faults import NOISE, Disturber, WireFault

FRAME, OTHER = b"\x10\x02abc\x00", b"\x10\x02xyz\x00"
DAMAGED = FRAME[:-1] + b"\x40"


@pytest.mark.parametrize(
    ("fault", "first", "repeat", "no_result"),
    [
        (WireFault.CORRUPT, [(1.0, DAMAGED)], [(1.0, FRAME)], [(1.0, OTHER)]),
        (WireFault.CORRUPT_ALL, [(1.0, DAMAGED)], [(1.0, DAMAGED)], [(1.0, OTHER)]),
        (WireFault.SLOW_BYTES, [(1.0, FRAME[:3]), (1.5, FRAME[3:])], [(1.0, FRAME)], [(1.0, OTHER)]),
        (WireFault.NOISE, [(1.0, NOISE), (1.0, FRAME)], [(1.0, NOISE), (1.0, FRAME)], [(1.0, NOISE), (1.0, OTHER)]),
        (WireFault.DUPLICATE, [(1.0, FRAME)] * 2, [(1.0, FRAME)] * 2, [(1.0, OTHER)] * 2),
        ("approve", [(1.0, FRAME)], [(1.0, FRAME)], [(1.0, OTHER)]),
    ],
)
def test_a_fault_disturbs_the_frames_it_is_meant_for(
    fault: str, first: object, repeat: object, no_result: object
) -> None:
    wire = Disturber(pause_s=0.5)
    wire.begin(fault)
    assert wire.spread(1.0, FRAME, is_result=True) == first
    assert wire.spread(1.0, FRAME, is_result=True) == repeat
    assert wire.spread(1.0, OTHER, is_result=False) == no_result


def test_the_next_operation_has_a_wire_in_order() -> None:
    wire = Disturber(pause_s=0.5)
    wire.begin(WireFault.CORRUPT_ALL)
    wire.begin("approve")
    assert wire.spread(0.0, FRAME, is_result=True) == [(0.0, FRAME)]
