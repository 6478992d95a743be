"""The emulated terminal spoken to byte by byte, without the driver."""

from datetime import UTC, datetime

import pytest

from drivers.emulators.stxlrc.answers import Act, Answer, read_script
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.codec import Unwrapper, wrap
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import MemoryLedger
from drivers.emulators.stxlrc.talk import Pace

ACK, NAK = b"\x06", b"\x15"
SALE = wrap("0200|600|000001|||0|")
REPLY = wrap("0210|00|597000000001|TCM1|000001|007919|600|0||1034|000001|CR|||VI|23112026|101530||0|")


class Terminal:
    """One core and its clock."""

    def __init__(self, answers: str = "") -> None:
        self.ledger = MemoryLedger()
        self.now_s = 0.0
        book = Book(self.ledger, lambda: datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC), "TCM1")
        self.core = StxLrcCore(book, read_script(answers), Pace(speed=0, ack_wait_s=10))

    def say(self, received: bytes) -> bytes:
        self.now_s += 0.01
        return b"".join(payload for _, payload in self.core.step(self.now_s, received))

    def wait(self) -> bytes:
        assert self.core.wake_at_s is not None
        self.now_s = self.core.wake_at_s
        return b"".join(payload for _, payload in self.core.step(self.now_s, b""))


def test_a_sale_is_acknowledged_booked_and_told() -> None:
    terminal = Terminal()
    assert terminal.say(SALE) == ACK + REPLY
    assert [entry.amount_yen for entry in terminal.ledger.entries()] == [600]
    assert terminal.say(ACK) == b""
    assert terminal.core.wake_at_s is None


def test_a_reply_is_told_three_times_at_most() -> None:
    terminal = Terminal()
    assert terminal.say(SALE) == ACK + REPLY
    assert terminal.say(NAK) == REPLY
    assert terminal.wait() == REPLY
    assert terminal.wait() == b""
    assert terminal.core.wake_at_s is None
    assert len(terminal.ledger.entries()) == 1


def test_it_reports_its_steps_when_asked_to() -> None:
    terminal = Terminal()
    assert terminal.say(wrap("0200|600|000001|||1|")) == ACK + wrap("0900|78|")
    told = [terminal.say(ACK) for _ in range(4)]
    assert told == [wrap("0900|79|"), wrap("0900|81|"), wrap("0900|82|"), REPLY]


def test_it_hears_no_command_while_it_is_busy() -> None:
    terminal = Terminal()
    terminal.say(SALE)
    assert terminal.say(wrap("0100")) == b""
    assert terminal.say(SALE) == b""
    terminal.say(ACK)
    assert terminal.say(wrap("0100")) == ACK
    assert len(terminal.ledger.entries()) == 1


@pytest.mark.parametrize(
    "frame",
    [
        wrap("0200|0|000001|||0|"),
        wrap("0200|1234567890|000001|||0|"),
        wrap("0200|600|1234567|||0|"),
        wrap("0200|600"),
        wrap("0260"),
        wrap("1200|x|"),
        wrap("9999"),
        SALE[:-1] + b"\x00",
    ],
)
def test_what_it_does_not_understand_is_refused(frame: bytes) -> None:
    terminal = Terminal()
    assert terminal.say(frame) == NAK
    assert terminal.ledger.entries() == ()


@pytest.mark.parametrize(
    ("answer", "expected", "booked_yen"),
    [
        ("silent", b"", []),
        ("refuse", NAK, []),
        ("stall", ACK, []),
        ("lost-reply", ACK, [600]),
        ("cut", ACK, [600]),
        ("corrupt", ACK + REPLY[:-1] + bytes([REPLY[-1] ^ 0x40]), [600]),
        ("duplicate", ACK + REPLY + REPLY, [600]),
        ("decline:07", ACK + wrap("0210|07|597000000001|TCM1|000001||600|||||||||||||"), []),
        ("stale", ACK, []),
        ("previous", ACK + REPLY, [600]),
    ],
)
def test_every_fault(answer: str, expected: bytes, booked_yen: list[int]) -> None:
    terminal = Terminal(answer)
    assert terminal.say(SALE) == expected
    assert [entry.amount_yen for entry in terminal.ledger.entries()] == booked_yen


def test_wrong_amounts() -> None:
    charged, echoed = Terminal("wrong-amount"), Terminal("wrong-echo")
    assert b"|601|" in charged.say(SALE)
    assert charged.ledger.entries()[0].amount_yen == 601
    assert b"|6000|" in echoed.say(SALE)
    assert echoed.ledger.entries()[0].amount_yen == 600


def test_cut_pulls_the_line_out() -> None:
    terminal = Terminal("cut")
    assert (0.0, b"") in terminal.core.step(0.0, SALE)


def test_a_frame_in_pieces_and_noise_between() -> None:
    unwrapper = Unwrapper()
    found = [event for byte in b"\x00" + SALE + b"\xff\x06" for event in unwrapper.take(0.0, bytes([byte]))]
    assert found == ["0200|600|000001|||0|", ACK]
    assert unwrapper.take(1.0, SALE[:5]) == []
    assert unwrapper.take(2.0, SALE) == [None, "0200|600|000001|||0|"]
    assert unwrapper.take(3.0, b"\x02" + b"0" * 300)[0] is None


def test_answers_are_read_or_refused_in_one_line() -> None:
    script = read_script("approve, decline:07 # the citizen cancels\nslow:3")
    assert [script.next_answer() for _ in range(3)] == [
        Answer(Act.APPROVE),
        Answer(Act.DECLINE, 7),
        Answer(Act.SLOW, 3),
    ]
    for wrong in ("aprove", "decline:x", "decline:100", "cut:1", "slow:0", "slow:601"):
        with pytest.raises(ValueError, match="answer"):
            read_script(wrong)
