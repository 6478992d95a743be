"""ZVT application messages: command, length, body. Owns the length rule; refuses to know how a line frames them."""

from dataclasses import dataclass, field

from drivers.errors import ProtocolError

SHORT_BODY_BYTES_MAX = 254
"""One length byte says 0..254; 255 announces a two-byte length, low byte first (PA00P015, APDU structure)."""
BODY_BYTES_MAX = 8192
"""The protocol allows 65,535; no command we handle comes near, and a babbling terminal must not fill memory."""
APDU_BYTES_MAX = BODY_BYTES_MAX + 5

REGISTRATION = 0x0600
AUTHORIZATION = 0x0601
COMPLETION = 0x060F
ABORT_BY_TERMINAL = 0x061E
REPEAT_RECEIPT = 0x0620
REVERSAL = 0x0630
REFUND = 0x0631
END_OF_DAY = 0x0650
DIAGNOSIS = 0x0670
ABORT_BY_ECR = 0x06B0
PRINT_LINE = 0x06D1
PRINT_TEXT_BLOCK = 0x06D3
STATUS_ENQUIRY = 0x0501
INTERMEDIATE_STATUS = 0x04FF
STATUS_INFORMATION = 0x040F

COMMAND_NAMES: dict[int, str] = {
    REGISTRATION: "registration",
    AUTHORIZATION: "authorization",
    COMPLETION: "completion",
    ABORT_BY_TERMINAL: "abort",
    REPEAT_RECEIPT: "repeat receipt",
    0x0622: "pre-authorization",
    0x0623: "partial reversal",
    0x0625: "pre-authorization reversal",
    REVERSAL: "reversal",
    REFUND: "refund",
    END_OF_DAY: "end of day",
    DIAGNOSIS: "diagnosis",
    ABORT_BY_ECR: "abort request",
    0x06C0: "read card",
    PRINT_LINE: "print line",
    PRINT_TEXT_BLOCK: "print text block",
    STATUS_ENQUIRY: "status enquiry",
    INTERMEDIATE_STATUS: "intermediate status",
    STATUS_INFORMATION: "status information",
    0x0813: "change configuration",
    0x0814: "write file",
}


@dataclass(frozen=True, slots=True)
class Apdu:
    """One message. ``command`` is class and instruction as 0xCCII. The body may hold card data: repr leaves it out."""

    command: int
    body: bytes = field(default=b"", repr=False)

    @property
    def is_positive_reply(self) -> bool:
        """80 00, and the older 84 00 that means the same."""
        return self.command in (0x8000, 0x8400)

    @property
    def refusal(self) -> int | None:
        """The code xx of a negative reply 84 xx, else None."""
        return self.command & 0xFF if self.command >> 8 == 0x84 and self.command != 0x8400 else None

    @property
    def is_reply(self) -> bool:
        """An answer to a command, positive or negative."""
        return self.is_positive_reply or self.refusal is not None

    @property
    def name(self) -> str:
        """The command's English name, for support people."""
        if self.is_positive_reply:
            return "positive reply"
        if self.refusal is not None:
            return "negative reply"
        return COMMAND_NAMES.get(self.command, "unknown")

    def encode(self) -> bytes:
        """The bytes a frame or a TCP connection carries."""
        size = len(self.body)
        assert size <= BODY_BYTES_MAX, "we never build a body this long"
        length = bytes([size]) if size <= SHORT_BODY_BYTES_MAX else b"\xff" + size.to_bytes(2, "little")
        return self.command.to_bytes(2, "big") + length + self.body


POSITIVE = Apdu(0x8000)
UNSUPPORTED = Apdu(0x8483)
BUSY_CODE = 0x9C
UNSUPPORTED_CODE = 0x83


def header_bytes(raw: bytes | bytearray) -> tuple[int, int] | None:
    """(header length, body length) of the message that starts ``raw``; None while too little has arrived.

    Raises ProtocolError when the announced body is longer than we accept.
    """
    if len(raw) < 3:
        return None
    header, size = 3, raw[2]
    if size == 0xFF:
        if len(raw) < 5:
            return None
        header, size = 5, int.from_bytes(raw[3:5], "little")
    if size > BODY_BYTES_MAX:
        raise ProtocolError(f"a body of {size} bytes is announced; at most {BODY_BYTES_MAX} are accepted")
    return header, size


def decode_apdu(raw: bytes) -> Apdu:
    """Read exactly one message. Raises ProtocolError when the length does not fit the bytes."""
    sizes = header_bytes(raw)
    if sizes is None:
        raise ProtocolError("a message needs at least command and length")
    header, size = sizes
    if len(raw) != header + size:
        raise ProtocolError(f"the length says {size} bytes, {len(raw) - header} follow")
    return Apdu(int.from_bytes(raw[:2], "big"), bytes(raw[header:]))
