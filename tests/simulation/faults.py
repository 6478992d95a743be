"""What goes wrong, how often, and how often it did. Owns the dice; refuses to act: whoever asks does it."""

from collections import Counter
from collections.abc import Callable
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
    HANG = "hang"
    SECOND_INSTANCE = "second-instance"
    OLD_JOURNAL = "old-journal"
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
    STALE = "terminal-stale"
    WRONG_TERMINAL = "terminal-wrong-terminal"
    WRONG_ECHO = "terminal-wrong-echo"
    NAK_STORM = "terminal-nak-storm"
    UNFINISHED = "terminal-unfinished"
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
    FORGED_REQUEST = "forged-request"
    STALE_REPLICA = "register-stale-replica"
    REGISTER_RESTORED = "register-restored"
    CLOCK_BACK = "clock-back"
    CLOCK_AHEAD = "clock-ahead"
    MIDNIGHT = "midnight"
    FISCAL_YEAR_TURN = "fiscal-year-turn"
    LEAP_DAY = "leap-day"
    YEAR_TURN = "year-turn"
    DOUBLE_TAP = "double-tap"
    CANCEL = "cancel"
    UNSURE = "clerk-unsure"
    TYPO = "clerk-typo"
    WRONG_AMOUNT_KEYED = "clerk-wrong-amount"
    CLOSE_TOO_EARLY = "close-too-early"
    STAFF_CHANGE = "staff-change"
    WRONG_PIN = "wrong-pin"


KILLS = frozenset(kind for kind in Fault if kind.startswith("kill"))


class Moment(StrEnum):
    """Where the counter's operation stood when a fault struck."""

    IDLE = "no-operation"
    PREPARED = "prepared"
    REQUESTED = "requested"
    REPORTED = "reported"
    IN_DOUBT = "in-doubt"
    APPROVED = "approved"
    """Charged, and its paper and its way to the register still under way."""
    REFUSED = "refused"
    """Declined, not sent, abandoned or not charged, a moment ago."""


class Dice:
    """Rolls for faults while ``storm``; in a calm nothing fails."""

    def __init__(self, world: World, moment: Callable[[], Moment] = lambda: Moment.IDLE) -> None:
        self.world = world
        self.table: Counter[tuple[Fault, Moment]] = Counter()
        """How often each fault struck, and when."""
        self._moment = moment
        self._root = self
        self._storm = True

    def beside(self, moment: Callable[[], Moment]) -> "Dice":
        """The same storm at one counter, with that counter's moments."""
        dice = Dice(self.world, moment)
        dice._root, dice.table = self._root, self.table
        return dice

    @property
    def storm(self) -> bool:
        return self._root._storm

    @storm.setter
    def storm(self, is_on: bool) -> None:
        self._root._storm = is_on

    def roll(self, kind: Fault, chance: float) -> bool:
        """Whether ``kind`` strikes now; noted when it does."""
        if not self._root._storm or self.world.random.random() >= chance:
            return False
        self.strike(kind)
        return True

    def strike(self, kind: Fault) -> None:
        """``kind`` has struck."""
        moment = self._moment()
        self.table[kind, moment] += 1
        self.world.note(f"fault {kind} {moment}")
