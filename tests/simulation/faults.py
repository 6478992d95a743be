"""What goes wrong, how often, and how often it did. Owns the dice; refuses to act: whoever asks does it."""

from collections import Counter
from enum import StrEnum

from tests.simulation.clockwork import World


class Fault(StrEnum):
    """Every kind of fault, named as in the printed figure."""

    KILL_BEFORE_WRITE = "kill-before-write"
    KILL_AFTER_WRITE = "kill-after-write"
    KILL_AT_SEND = "kill-at-send"
    KILL_AT_RECEIVE = "kill-at-receive"
    KILL_AT_QUESTION = "kill-at-question"
    KILL_BEFORE_SYNC = "kill-before-sync"
    KILL_AFTER_SYNC = "kill-after-sync"
    SECOND_INSTANCE = "second-instance"
    DISK_FULL = "disk-full"
    COMMIT_FAILED = "commit-failed"
    COMMIT_FAILED_LANDED = "commit-failed-landed"
    DROP_BYTE = "drop-byte"
    DOUBLE_BYTE = "double-byte"
    FLIP_BIT = "flip-bit"
    SWAP_BYTES = "swap-bytes"
    LOSE_MESSAGE = "lose-message"
    DOUBLE_REPLY = "double-reply"
    DELAY_MESSAGE = "delay-message"
    CUT_LINE = "cut-line"
    UNPLUG = "unplug"
    PORT_BUSY = "port-busy"
    DECLINE = "terminal-decline"
    BUSY = "terminal-busy"
    SILENT = "terminal-silent"
    STALL = "terminal-stall"
    SLOW = "terminal-slow"
    LOST_REPLY = "terminal-lost-reply"
    TERMINAL_CUT = "terminal-cut"
    NO_COMPLETION = "terminal-no-completion"
    WRONG_AMOUNT = "terminal-wrong-amount"
    PREVIOUS = "terminal-previous"
    REBOOT = "terminal-reboot"
    REBOOT_CHARGED = "terminal-reboot-charged"
    TOO_LATE = "terminal-too-late"
    PAPER_END = "paper-end"
    COVER_OPEN = "cover-open"
    CUTTER = "cutter"
    PRINTER_SILENT = "printer-silent"
    REGISTER_AWAY = "register-away"
    REQUEST_LOST = "request-lost"
    ANSWER_LOST = "answer-lost"
    REQUEST_DOUBLED = "request-doubled"
    REQUEST_CUT = "request-cut"
    OLD_REQUEST = "old-request"
    PORTAL = "captive-portal"
    REGISTER_BUSY = "register-busy"
    REGISTER_RESTORED = "register-restored"
    CLOCK_BACK = "clock-back"
    CLOCK_AHEAD = "clock-ahead"
    MIDNIGHT = "midnight"
    DOUBLE_TAP = "double-tap"
    CANCEL = "cancel"
    UNSURE = "clerk-unsure"
    TYPO = "clerk-typo"
    CLOSE_TOO_EARLY = "close-too-early"
    STAFF_CHANGE = "staff-change"
    WRONG_PIN = "wrong-pin"


KILLS = frozenset(kind for kind in Fault if kind.startswith("kill"))


class Dice:
    """Rolls for faults while ``storm``; in a calm nothing fails."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.storm = True
        self.hits: Counter[Fault] = Counter()

    def roll(self, kind: Fault, chance: float) -> bool:
        """Whether ``kind`` strikes now; noted when it does."""
        if not self.storm or self.world.random.random() >= chance:
            return False
        self.strike(kind)
        return True

    def strike(self, kind: Fault) -> None:
        """``kind`` has struck."""
        self.hits[kind] += 1
        self.world.note(f"fault {kind}")

    @property
    def kills(self) -> int:
        return sum(self.hits[kind] for kind in sorted(KILLS))

    def least_hit(self) -> tuple[Fault, int]:
        """The kind that struck least often: with 0 it was not tested."""
        return min(((kind, self.hits[kind]) for kind in Fault), key=lambda pair: pair[1])
