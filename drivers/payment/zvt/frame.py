"""ZVT frames on a serial line (DLE STX ... DLE ETX CRC, ACK, NAK). Owns bytes to events; refuses ports and clocks."""

import binascii
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import APDU_BYTES_MAX, Apdu, decode_apdu

STX, ETX, DLE = 0x02, 0x03, 0x10
ACK, NAK = 0x06, 0x15
CRC_BYTES = 2
_ETX, _FRAME_START, _FRAME_END = bytes((ETX,)), bytes((DLE, STX)), bytes((DLE, ETX))
EVENTS_MAX = 256
"""A driver takes events as they come; more waiting than this is a babbling line, and the oldest is dropped."""


_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Every byte with its bits in the other order."""


def crc16_kermit(message: bytes) -> int:
    """CRC-16/KERMIT (reflected 0x8408, start 0): the check value of "123456789" is 0x2189.

    It is the CRC of binascii.crc_hqx (0x1021, start 0) with every byte, and the result, read from the other end; a
    table walked byte by byte took most of the time a frame takes.
    """
    crc = binascii.crc_hqx(message.translate(_REVERSED), 0)
    return _REVERSED[crc & 0xFF] << 8 | _REVERSED[crc >> 8]


def encode_frame(apdu: Apdu) -> bytes:
    """DLE STX, the message with every DLE doubled, DLE ETX, CRC low byte first over message and ETX."""
    raw = apdu.encode()
    crc = crc16_kermit(raw + bytes([ETX]))
    doubled = raw.replace(bytes([DLE]), bytes([DLE, DLE]))
    return bytes([DLE, STX]) + doubled + bytes([DLE, ETX]) + crc.to_bytes(CRC_BYTES, "little")


class LinkReply(Enum):
    """A bare link byte: the frame we sent arrived whole, or did not."""

    ACK = ACK
    NAK = NAK


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame that cannot be trusted; ``rule`` says which rule it broke, never its bytes."""

    rule: str


Event = Apdu | LinkReply | Damaged


class _State(Enum):
    IDLE = auto()
    IDLE_DLE = auto()
    FRAME = auto()
    FRAME_DLE = auto()
    CRC = auto()
    HUNT = auto()
    """After a broken frame: its tail may hold 06 or 15, which must not pass for link replies."""
    HUNT_DLE = auto()


class FrameReader:
    """Turns bytes, however split, into events."""

    def __init__(self) -> None:
        self._state = _State.IDLE
        self._message = bytearray()
        self._crc = bytearray()
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)

    @property
    def is_idle(self) -> bool:
        """False inside a frame and after a broken one: then T1 runs, and ``line_quiet`` follows when it ends."""
        return self._state is _State.IDLE

    def receive(self, received: bytes) -> None:
        """Take in what arrived."""
        at, size = 0, len(received)
        while at < size:
            if self._state is _State.FRAME:
                at = self._take_run(received, at)
            elif self._state is _State.IDLE and received.startswith(_FRAME_START, at):
                self._begin_or(STX, _State.IDLE)
                at += len(_FRAME_START)
            else:
                self._take(received[at])
                at += 1

    def next_event(self) -> Event | None:
        """The next complete event, or None."""
        return self._events.popleft() if self._events else None

    def line_quiet(self) -> None:
        """T1 passed without a byte: a frame begun is damaged, and the next byte starts afresh."""
        if self._state not in (_State.IDLE, _State.HUNT, _State.HUNT_DLE):
            self._events.append(Damaged("the frame stopped in the middle"))
        self._state = _State.IDLE

    def _take(self, byte: int) -> None:
        """One byte outside a message; the states of a whole frame come first, as they come most often."""
        match self._state:
            case _State.CRC:
                self._take_crc(byte)
            case _State.FRAME_DLE:
                self._take_after_dle(byte)
            case _State.IDLE:
                self._take_idle(byte)
            case _State.IDLE_DLE:
                self._begin_or(byte, _State.IDLE)
            case _State.HUNT:
                self._state = _State.HUNT_DLE if byte == DLE else _State.HUNT
            case _State.HUNT_DLE:
                self._begin_or(byte, _State.HUNT)
            case _State.FRAME:
                self._take_run(bytes((byte,)), 0)

    def _take_idle(self, byte: int) -> None:
        if byte == ACK:
            self._events.append(LinkReply.ACK)
        elif byte == NAK:
            self._events.append(LinkReply.NAK)
        elif byte == DLE:
            self._state = _State.IDLE_DLE
        # anything else is noise between frames: the sender's own timer brings back what it may have been

    def _begin_or(self, byte: int, otherwise: _State) -> None:
        if byte == STX:
            self._message.clear()
            self._crc.clear()
            self._state = _State.FRAME
        else:
            self._state = otherwise

    def _take_run(self, received: bytes, start: int) -> int:
        """Take message bytes up to and with the next DLE in one go; where to read on."""
        end = received.find(DLE, start)
        stop = len(received) if end < 0 else end
        room = APDU_BYTES_MAX - len(self._message)
        if stop - start > room:
            self._break("the frame is longer than any message")
            return start + room + 1
        self._message += received[start:stop]
        if end < 0:
            return stop
        after = end + len(_FRAME_END)
        if received.startswith(_FRAME_END, end) and after + CRC_BYTES <= len(received):
            self._finish(received[after : after + CRC_BYTES])
            return after + CRC_BYTES
        self._state = _State.FRAME_DLE
        return end + 1

    def _take_after_dle(self, byte: int) -> None:
        if byte == DLE and len(self._message) < APDU_BYTES_MAX:
            self._message.append(DLE)
            self._state = _State.FRAME
        elif byte == ETX:
            self._state = _State.CRC
        elif byte == STX:
            self._events.append(Damaged("a new frame began inside a frame"))
            self._begin_or(byte, _State.HUNT)
        else:
            self._break("a byte follows DLE that may not")

    def _take_crc(self, byte: int) -> None:
        self._crc.append(byte)
        if len(self._crc) == CRC_BYTES:
            self._finish(bytes(self._crc))

    def _finish(self, crc: bytes) -> None:
        self._state = _State.IDLE
        message = bytes(self._message)
        if int.from_bytes(crc, "little") != crc16_kermit(message + _ETX):
            self._events.append(Damaged("the CRC does not fit"))
            return
        try:
            self._events.append(decode_apdu(message))
        except ProtocolError as error:
            self._events.append(Damaged(str(error)))

    def _break(self, rule: str) -> None:
        self._events.append(Damaged(rule))
        self._state = _State.HUNT
