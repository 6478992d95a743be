"""The emulated provider on one plain line, for kits and simulations: bytes and time in, bytes out. Knows no port."""

from collections.abc import Sequence

from drivers.emulators.paypay import codec
from drivers.emulators.paypay.codec import BadRequestError, RequestReader
from drivers.emulators.paypay.provider import NEVER_S, Provider

HANG_UP = b""


class WallClock:
    """The provider's clock where time is made: an epoch on top of the line's seconds."""

    def __init__(self, epoch_s: float) -> None:
        self.epoch_s = epoch_s
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.epoch_s + self.now_s


class ProviderCore:
    """A drivers.emulators.tcp_shell.TcpCore; each connection has one request."""

    def __init__(self, provider: Provider, clock: WallClock) -> None:
        self._provider, self._clock = provider, clock
        self._reader = RequestReader()

    @property
    def wake_at_s(self) -> float | None:
        due_s = self._provider.due_s
        return None if due_s is None else due_s - self._clock.epoch_s

    def line_opened(self) -> None:
        """Another connection."""
        self._reader = RequestReader()

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
        """See drivers.emulators.pty_shell.Core."""
        self._clock.now_s = max(self._clock.now_s, now_s)
        self._provider.tick()
        try:
            request = self._reader.receive(received) if received else None
        except BadRequestError:
            return [(0.0, HANG_UP)]
        if request is None:
            return []
        spoken = self._provider.handle(request)
        if spoken.answer is None:
            return [(spoken.delay_s, HANG_UP)] if spoken.delay_s < NEVER_S else []
        return [(spoken.delay_s, codec.answer_bytes(spoken.answer, self._clock())), (spoken.delay_s, HANG_UP)]
