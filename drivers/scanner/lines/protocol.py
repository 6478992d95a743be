"""What a serial scanner says: lines ended by CR (and LF). Owns bytes to scans; refuses ports and clocks."""

from collections import deque

from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable, broken_rule

CR, LF = 0x0D, 0x0A
EVENTS_MAX = 16
"""A hand makes one scan a second; more waiting than this is a scanner left on a code, and the oldest is dropped."""

Event = Scan | Unreadable


class LineReader:
    """Turns bytes, however split, into scans."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._too_long = False
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)

    @property
    def is_idle(self) -> bool:
        """False inside a line: then the quiet time runs, and ``line_quiet`` follows when it ends."""
        return not self._line and not self._too_long

    def receive(self, received: bytes) -> None:
        """Take in what arrived."""
        *lines, rest = received.replace(bytes((CR,)), bytes((LF,))).split(bytes((LF,)))
        for line in lines:
            self._take(line)
            self._end()
        self._take(rest)

    def next_event(self) -> Event | None:
        """The next scan, or None."""
        return self._events.popleft() if self._events else None

    def line_quiet(self) -> None:
        """Nothing came for the quiet time: half a code is no code, and must not lead the next one."""
        if not self.is_idle:
            self._events.append(Unreadable("the line stopped without an end"))
        self._line.clear()
        self._too_long = False

    def _take(self, piece: bytes) -> None:
        room = SCAN_BYTES_MAX - len(self._line)
        self._too_long |= len(piece) > room
        self._line += piece[:room]

    def _end(self) -> None:
        line, too_long = bytes(self._line), self._too_long
        self._line.clear()
        self._too_long = False
        if not line:
            return  # the LF after a CR, or an empty line: nothing was scanned
        text = _text(line)
        rule = "longer than any code" if too_long else broken_rule(text)
        self._events.append(Unreadable(rule) if rule else Scan(text))


def _text(line: bytes) -> str:
    """UTF-8 as payment codes hold it, or the Shift_JIS that Japanese scanners can be set to; else marks of damage."""
    for encoding in ("utf-8", "cp932"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace")
