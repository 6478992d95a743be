"""ZVT messages on a TCP connection: one after the other, nothing between. Owns finding their ends; refuses to resync.

Source: PA00P015, TCP/IP: the raw messages, split in any way. A connection that is out of step cannot be put right.
"""

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import Apdu, decode_apdu, header_bytes


class ApduReader:
    """Turns bytes, however split, into messages."""

    def __init__(self) -> None:
        self._received = bytearray()

    @property
    def is_idle(self) -> bool:
        """No timer runs inside a message: the network may split it anywhere."""
        return True

    def receive(self, received: bytes) -> None:
        """Take in what arrived; next_event must be asked after each."""
        self._received += received

    def next_event(self) -> Apdu | None:
        """The next whole message, or None. Raises ProtocolError when one is announced longer than we accept."""
        sizes = header_bytes(self._received)
        if sizes is None or len(self._received) < sum(sizes):
            return None
        raw = bytes(self._received[: sum(sizes)])
        del self._received[: sum(sizes)]
        return decode_apdu(raw)

    def line_quiet(self) -> None:
        """Nothing more is expected. Raises ProtocolError inside a message: its rest would pass for the next."""
        if self._received:
            raise ProtocolError("a message stopped in the middle")
