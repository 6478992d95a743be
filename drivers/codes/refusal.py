"""Why a payment code is refused. Owns the rules' names and the one error of the codecs; refuses to repeat the code."""

from enum import StrEnum

from drivers.errors import ProtocolError


class Rule(StrEnum):
    """What a code must keep; the values are stable, for scripts."""

    CHARACTERS = "characters"
    TOTAL_LENGTH = "total-length"
    HEADER = "header"
    PAST_END = "past-end"
    EMPTY = "empty-value"
    DUPLICATE = "duplicate-tag"
    FIRST = "format-first"
    LAST = "crc-last"
    CRC = "crc"
    MISSING = "missing"
    LENGTH = "length"
    FORMAT = "format"
    AMOUNT = "amount"
    GUID = "guid"
    TIP = "tip"
    FORBIDDEN = "forbidden"
    NOT_JPQR = "not-jpqr"
    TEMPLATE = "template"
    SCANNER = "scanner"


class CodeError(ProtocolError):
    """A payment code that breaks a rule.

    ``path`` is the tag with its parents, such as ``26.01``, or "" for the whole code. ``position`` counts characters
    from 0 to the tag at ``path``, or to the level where it is missing. ``why`` is a sentence without the code's own
    content: a code may be a citizen's money.
    """

    def __init__(self, rule: Rule, path: str, position: int, why: str) -> None:
        where = f"tag {path} at character {position}" if path else f"character {position}"
        super().__init__(f"{where}: {why}")
        self.rule = rule
        self.path = path
        self.position = position
        self.why = why
