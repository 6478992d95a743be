"""HTTP requests and answers as values. Owns their shape; refuses sockets, certificates and what the bytes mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request to a client's base URL. ``path`` begins with a slash, may have a query; ``body`` goes out as it is.

    Headers and body may hold keys and somebody's money: no repr tells them.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back whole. Names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class HttpClient(Protocol):
    """A way to one server."""

    def send(self, request: HttpRequest, timeout_s: float) -> HttpAnswer | None:
        """Send once and wait; None when no whole answer came in time: the server may have done what was asked.

        Raises PortMissingError when nothing of the request has left, LineLostError when that cannot be told. Drivers
        do not call it: they wait in ``PaymentContext.exchange``.
        """
