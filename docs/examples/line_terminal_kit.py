"""The worked driver's terminal in memory, and what the conformance kit needs to know of both. Owns the terminal's book.

Run the kit on it: pytest -p drivers.conformance.plugin --device docs.examples.line_terminal_kit:ADAPTER
"""

from dataclasses import dataclass, field

from docs.examples.line_terminal import LineTerminal, decode, encode
from drivers.conformance.adapter import Adapter, Scene, Simulation
from drivers.errors import ProtocolError
from drivers.payment.api import Media

CARD_S, HOST_S, REPLY_S = 1.0, 0.6, 0.01


@dataclass(slots=True)
class SimulatedTerminal:
    """Approves the first sale, plays ``scene`` with the second, approves the rest; a sale stands once booked."""

    scene: Scene
    thinking_s: float = CARD_S + HOST_S
    wake_at_s: float | None = None
    acknowledged: int = 0
    sales: dict[str, int] = field(default_factory=dict)
    """Yen by reference, oldest first."""
    _heard: bytes = b""
    _running: tuple[str, int] | None = None
    _begun: int = 0
    _stop_wanted: bool = False

    def step(self, now_s: float, received: bytes) -> list[tuple[float, bytes]]:
        self._heard += received
        out: list[bytes] = []
        while b"\n" in self._heard:
            line, _, self._heard = self._heard.partition(b"\n")
            try:
                words = decode(line)
            except ProtocolError:
                continue
            out += self._obey(now_s, words)
        if self._running is not None and self.wake_at_s is not None and now_s >= self.wake_at_s:
            out += self._finish(*self._running)
        return [(REPLY_S, line) for line in out]

    def _obey(self, now_s: float, words: list[str]) -> list[bytes]:
        match words:
            case ["SALE", ref, yen] if self._running is None and ref not in self.sales:
                self._begun += 1
                if self._plays(Scene.SILENT):
                    return []
                self._running, self.wake_at_s, self._stop_wanted = (ref, int(yen)), now_s + self.thinking_s, False
                previous = list(self.sales.items())[-1:] if self._plays(Scene.PREVIOUS) else []
                return [encode("SOLD", old, str(paid), "0001") for old, paid in previous] + [encode("TAKEN", ref)]
            case ["STOP", ref] if self._running is not None and self._running[0] == ref:
                self._stop_wanted = not self._plays(Scene.TOO_LATE)
            case ["ACK", _]:
                self.acknowledged += 1
            case ["FIND", ref] if self._running is not None and self._running[0] == ref:
                return [encode("BUSY", ref)]
            case ["FIND", ref]:
                return [self._sold(ref) if ref in self.sales else encode("NONE", ref)]
        return []

    def _finish(self, ref: str, yen: int) -> list[bytes]:
        self._running = self.wake_at_s = None
        if self._stop_wanted or self._plays(Scene.DECLINE):
            return [encode("NO", ref, "stopped" if self._stop_wanted else "refused")]
        self.sales[ref] = yen + self._plays(Scene.WRONG_AMOUNT)
        return [] if self._plays(Scene.LOST_REPLY) else [self._sold(ref)]

    def _sold(self, ref: str) -> bytes:
        return encode("SOLD", ref, str(self.sales[ref]), f"{list(self.sales).index(ref) + 1:04}")

    def _plays(self, scene: Scene) -> bool:
        return self.scene is scene and self._begun == 2


def simulate(scene: Scene) -> Simulation:
    """A fresh terminal, its book and its count of acknowledgments."""
    terminal = SimulatedTerminal(scene)
    return Simulation(lambda: tuple(terminal.sales.values()), terminal, read_acknowledged=lambda: terminal.acknowledged)


ADAPTER = Adapter("line terminal", Media.CREDIT, simulate, LineTerminal, scenes=frozenset(Scene) - {Scene.BUSY})
