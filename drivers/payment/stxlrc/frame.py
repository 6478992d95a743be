"""STX/ETX/LRC frames, ACK and NAK on a serial line. Owns bytes to events; refuses ports, clocks and what fields mean.

Source: POS Integrado reference, "Protocolo de Comunicación Caja - POS": STX, fields between ``|``, ETX, then the XOR of
everything after STX up to and including ETX. XOR sees every odd number of flips of one bit position and no even one, so
a frame that fits is only a candidate: ``protocol`` and ``inquiry`` check what it says.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from drivers.errors import ProtocolError

STX, ETX, ACK, NAK = 0x02, 0x03, 0x06, 0x15
SEPARATOR = "|"
FRAME_BYTES_MAX = 1024
"""The longest documented message has 19 fields and some 160 bytes."""
EVENTS_MAX = 256
"""A driver takes events as they come; more waiting than this is a babbling line, and the oldest is dropped."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``fields[0]`` is the function. Never printed: a debit reply holds an account number."""

    fields: tuple[str, ...] = field(repr=False)

    @property
    def function(self) -> str:
        """Four digits, e.g. "0210"."""
        return self.fields[0]

    def encode(self) -> bytes:
        """The fields between separators. Raises ProtocolError for what a frame cannot carry."""
        text = SEPARATOR.join(self.fields)
        if text.count(SEPARATOR) != len(self.fields) - 1 or not all(" " <= letter <= "~" for letter in text):
            raise ProtocolError("a field holds a byte that no field may hold")
        return text.encode("ascii")


def lrc(checked: bytes | bytearray) -> int:
    """XOR of all bytes: the check of ``0200|123|`` and ETX is 31 hex. Half is laid upon half until one byte is left."""
    size, folded = len(checked), int.from_bytes(checked, "big")
    while size > 1:
        half = size + 1 >> 1
        folded = folded >> half * 8 ^ folded & (1 << half * 8) - 1
        size = half
    return folded


def encode_frame(message: Message) -> bytes:
    """STX, the message, ETX, LRC. Raises ProtocolError."""
    checked = message.encode() + bytes([ETX])
    return bytes([STX]) + checked + bytes([lrc(checked)])


class LinkReply(Enum):
    """A bare link byte: the frame we sent arrived whole, or did not."""

    ACK = ACK
    NAK = NAK


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame that cannot be trusted; ``rule`` says which rule it broke, never its bytes."""

    rule: str


Event = Message | LinkReply | Damaged


class _State(Enum):
    IDLE = auto()
    TEXT = auto()
    LRC = auto()
    HUNT = auto()
    """After a broken frame: its tail may hold 06 or 15, which must not pass for link replies."""


_SPECIAL = re.compile(rb"[^ -~]")
_WHOLE = re.compile(rb"\x02([ -~]{4,%d})\x03(.)" % FRAME_BYTES_MAX, re.DOTALL)
"""A frame that has come at once, as most do; any other is taken byte by byte, by the same rules."""


class FrameReader:
    """Turns bytes, however split, into events."""

    def __init__(self) -> None:
        self._state = _State.IDLE
        self._text = bytearray()
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)

    @property
    def is_idle(self) -> bool:
        """False inside a frame and after a broken one: ``line_quiet`` follows when no byte has come for a while."""
        return self._state is _State.IDLE

    def receive(self, received: bytes) -> None:
        """Take in what arrived."""
        position = 0
        while position < len(received):
            if self._state is _State.IDLE and (whole := _WHOLE.match(received, position)):
                self._text[:] = whole[1]
                self._take_lrc(whole[2][0])
                position = whole.end()
                continue
            if self._state is _State.TEXT:
                position = self._take_run(received, position)
            if position < len(received):
                self._take(received[position])
                position += 1

    def next_event(self) -> Event | None:
        """The next complete event, or None."""
        return self._events.popleft() if self._events else None

    def line_quiet(self) -> None:
        """No byte for longer than a frame may pause: a frame begun is damaged, and the next byte starts afresh."""
        if self._state in (_State.TEXT, _State.LRC):
            self._events.append(Damaged("the frame stopped in the middle"))
        self._state = _State.IDLE

    def _take(self, byte: int) -> None:
        match self._state:
            case _State.IDLE if byte == ACK:
                self._events.append(LinkReply.ACK)
            case _State.IDLE if byte == NAK:
                self._events.append(LinkReply.NAK)
            case _State.IDLE | _State.HUNT:
                if byte == STX:
                    self._begin()
            case _State.TEXT:
                self._take_text(byte)
            case _State.LRC:
                self._take_lrc(byte)

    def _take_run(self, received: bytes, position: int) -> int:
        """Take the printable bytes from ``position`` on at once, as many as fit; where the next byte stands."""
        special = _SPECIAL.search(received, position)
        end = min(special.start() if special else len(received), position + FRAME_BYTES_MAX - len(self._text))
        self._text += received[position:end]
        return end

    def _begin(self) -> None:
        self._text.clear()
        self._state = _State.TEXT

    def _take_text(self, byte: int) -> None:
        if byte == ETX:
            self._state = _State.LRC
        elif byte == STX:
            self._events.append(Damaged("a new frame began inside a frame"))
            self._begin()
        elif not 0x20 <= byte <= 0x7E:
            self._break("a byte that no field may hold")
        elif len(self._text) >= FRAME_BYTES_MAX:
            self._break("the frame is longer than any message")
        else:
            self._text.append(byte)

    def _take_lrc(self, byte: int) -> None:
        if byte != lrc(self._text) ^ ETX:
            self._break("the LRC does not fit")
            return
        self._state = _State.IDLE
        fields = tuple(self._text.decode("ascii").split(SEPARATOR))
        if len(fields[0]) != 4 or not fields[0].isdecimal():
            self._break("the function is not four digits")
        else:
            self._events.append(Message(fields))

    def _break(self, rule: str) -> None:
        self._events.append(Damaged(rule))
        self._state = _State.HUNT
