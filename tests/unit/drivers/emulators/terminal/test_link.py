"""The terminal's side of the line alone: what is acknowledged, what is repeated, and until when a reply may come."""

import pytest

from drivers.emulators.pty_shell import HANG_UP
from drivers.emulators.terminal.codec import ACK, NAK, message, wrap
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace

QUESTION = message("04 FF", b"\x0a")
ANSWER = message("80 00")
REFUSAL = message("84 83")


@pytest.fixture
def link() -> Link:
    return Link(Pace(speed=0, ack_wait_s=5))


def _sent(link: Link) -> list[bytes]:
    return [payload for _, payload in link.take_output()]


def _receive(link: Link, now_s: float, received: bytes) -> list[bytes]:
    return list(link.receive(now_s, received))


def test_a_message_is_acknowledged_before_it_is_handled(link: Link) -> None:
    for payload in link.receive(0, wrap(ANSWER)):
        assert payload == ANSWER
        link.send(QUESTION)
    assert _sent(link) == [ACK, wrap(QUESTION)]


def test_a_frame_without_an_ack_comes_three_times_and_then_no_more(link: Link) -> None:
    link.send(QUESTION)
    copies = len(_sent(link))
    for now_s in (4.9, 5, 10, 15, 20):
        _receive(link, now_s, b"")
        link.repeat_if_due()
        copies += len(_sent(link))
    assert copies == 3
    assert link.repeat_due_s is None
    assert link.reply_due_s == 5, "the wait for the reply is long over"


def test_a_nak_has_the_frame_repeated_at_once(link: Link) -> None:
    link.send(QUESTION)
    _receive(link, 1, NAK)
    assert _sent(link) == [wrap(QUESTION)] * 2
    assert link.repeat_due_s == 6


def test_the_wait_for_a_reply_starts_with_the_ack(link: Link) -> None:
    link.send(QUESTION)
    assert (link.repeat_due_s, link.reply_due_s) == (5, None)
    _receive(link, 2, ACK)
    assert (link.repeat_due_s, link.reply_due_s) == (None, 7)
    _receive(link, 3, ACK)
    assert link.reply_due_s == 7, "a second ACK grants no more time"


def test_the_ack_of_an_aside_leaves_the_frame_of_the_conversation_open(link: Link) -> None:
    link.send(QUESTION)
    link.send_aside(REFUSAL)
    _receive(link, 1, ACK)
    assert link.repeat_due_s == 5
    _receive(link, 1, ACK)
    assert link.repeat_due_s is None
    assert _sent(link) == [wrap(QUESTION), wrap(REFUSAL)]


def test_a_pulled_line_is_told_in_order(link: Link) -> None:
    link.send(QUESTION)
    link.hang_up()
    assert _sent(link) == [wrap(QUESTION), HANG_UP]
