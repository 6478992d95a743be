"""The part of a driver's context that a driver on a line, or one worked by hand, has no use for."""

from typing import Literal

from drivers.context import Wake
from drivers.http import HttpAnswer, HttpClient, HttpRequest


class NoServer:
    """Nobody is asked over the network, and nobody waits for nothing."""

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        raise AssertionError(f"nobody asks a server here: {client}, {request.path}, {deadline_s}")

    def pause(self, until_s: float) -> Wake:
        raise AssertionError(f"nobody waits here for nothing, not until {until_s}")
