"""What a conversation of the emulated terminal is, and the one that runs. Owns the wait; refuses to know what is said.

A conversation (registration, sale, repeat receipt) is a generator read from top to bottom: it sends, waits, and is
resumed with what ended the wait.
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from drivers.emulators.terminal.codec import message
from drivers.emulators.terminal.link import Link

POSITIVE = message("80 00")
COMPLETION = message("06 0F")


def abort(result: int) -> bytes:
    """The 06 1E that ends a conversation with a result code."""
    return message("06 1E", bytes([result]))


class Heard(Enum):
    """What ended a wait."""

    TIME = auto()
    REPLY = auto()
    REFUSAL = auto()
    ABORT = auto()


class Await(Enum):
    """What a conversation waits for besides time."""

    NOTHING = auto()
    REPLY = auto()
    ABORT = auto()


@dataclass(frozen=True, slots=True)
class Wait:
    """``until_s`` None: as long as the link grants for a reply."""

    awaited: Await
    until_s: float | None = None


Conversation = Generator[Wait, Heard, None]
Exchange = Generator[Wait, Heard, Heard]
"""A piece of a conversation that returns what ended its wait."""


def tell(link: Link, payload: bytes, *, is_result: bool = False) -> Exchange:
    """Send a message and wait for its reply. ``is_result``: it tells what became of the operation."""
    link.send(payload, is_result=is_result)
    return (yield Wait(Await.REPLY))


def think(link: Link, thinking_s: float, awaited: Await = Await.NOTHING) -> Exchange:
    """Let time pass, at the terminal's speed."""
    return (yield Wait(awaited, link.later_s(thinking_s)))


class Dialogue:
    """At most one conversation at a time, and what it waits for."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._conversation: Conversation | None = None
        self._wait = Wait(Await.NOTHING)

    @property
    def is_running(self) -> bool:
        return self._conversation is not None

    @property
    def due_s(self) -> float | None:
        """When the wait ends by itself; None when nothing runs, or while the link still repeats the question."""
        if self._conversation is None:
            return None
        return self._link.reply_due_s if self._wait.until_s is None else self._wait.until_s

    def awaits(self, awaited: Await) -> bool:
        return self.is_running and self._wait.awaited is awaited

    def begin(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._wait = next(conversation)

    def resume(self, heard: Heard) -> None:
        """Go on after the wait; nothing happens when no conversation runs."""
        if self._conversation is None:
            return
        try:
            self._wait = self._conversation.send(heard)
        except StopIteration:
            self._conversation = None
