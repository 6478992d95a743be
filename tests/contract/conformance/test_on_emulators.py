"""The kit in real time against emulated terminals in processes of their own: on pseudo-terminals, and ZVT on TCP.

A sample of faults and every operation: by hand the kit tries all places (docs/adding.md).
"""

import pytest

from drivers.conformance.adapter import Adapter, Operation
from drivers.conformance.faults import UNKNOWN_TO_STREAMS, Fault, FaultKind
from drivers.conformance.trial import Trial
from tests.contract.conformance.port_adapters import STXLRC_SERIAL, ZVT_SERIAL, ZVT_TCP

WITHOUT_FAULT = [
    (Operation.SALE, "decline"),
    (Operation.VOID, "approve"),
    (Operation.REFUND, "approve"),
    (Operation.SETTLEMENT, "approve"),
    (Operation.SALE, "corrupt"),
]
FAULTS = [
    (Operation.SALE, Fault(FaultKind.CUT_MESSAGE, 9)),
    (Operation.SALE, Fault(FaultKind.LOSE_MESSAGE, 4)),
    (Operation.SALE, Fault(FaultKind.DOUBLE_MESSAGE, 0)),
    (Operation.SALE, Fault(FaultKind.CANCEL, 1)),
    (Operation.VOID, Fault(FaultKind.CUT_MESSAGE, 5)),
]
PORTS = (ZVT_SERIAL, ZVT_TCP, STXLRC_SERIAL)


def _is_played(adapter: Adapter, operation: Operation, scene: str, kind: FaultKind) -> bool:
    is_on_this_line = not adapter.is_stream or kind not in UNKNOWN_TO_STREAMS
    return scene in adapter.scenes_of(operation) and is_on_this_line


TRIALS = [
    (adapter, operation, scene, fault)
    for adapter in PORTS
    for operation, scene, fault in [
        *((operation, scene, Fault()) for operation, scene in WITHOUT_FAULT),
        *((operation, "approve", fault) for operation, fault in FAULTS),
    ]
    if _is_played(adapter, operation, scene, fault.kind)
]


@pytest.mark.parametrize(
    ("adapter", "operation", "scene", "fault"),
    TRIALS,
    ids=[f"{adapter.name}-{operation}-{scene}-{fault.kind}" for adapter, operation, scene, fault in TRIALS],
)
def test_a_driver_keeps_its_promises_on_a_real_line(
    adapter: Adapter, operation: Operation, scene: str, fault: Fault
) -> None:
    trial = Trial(adapter, scene, fault, operation=operation).run()
    assert [str(violation) for violation in trial.violations] == []
    assert fault.kind is FaultKind.NONE or trial.struck == 1
