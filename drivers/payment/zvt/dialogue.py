"""ZVT commands that move no money, from command to completion. Owns reply, busy and end; refuses to charge."""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.context import DeviceContext, Wake
from drivers.errors import DeviceError, ProtocolError
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.link import LineSilentError, Link, Timers
from drivers.payment.zvt.protocol import Status, read_status

STRAY_MESSAGES_MAX = 8
"""Messages of an earlier conversation that may come before the reply: three frames, each with its repeats."""


class RefusedError(DeviceError):
    """The terminal answered 84 xx: it did not start."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the terminal refused with {code:02X}")
        self.code = code

    @property
    def is_busy(self) -> bool:
        return self.code == messages.BUSY_CODE


class CanceledError(DeviceError):
    """The caller asked to stop while nothing was at stake."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended: 06 0F or 06 1E, and the last 04 0F on the way."""

    final: Apdu
    information: Apdu | None

    @property
    def is_complete(self) -> bool:
        return self.final.command == messages.COMPLETION

    @property
    def status(self) -> Status | None:
        """What the last 04 0F says of a transaction. Raises ProtocolError."""
        return None if self.information is None else read_status(self.information)


HearPrint = Callable[[Apdu], None]
"""Takes in a 06 D1 or 06 D3; never waits and never raises."""


def _leave_unread(_: Apdu) -> None:
    """What comes with a question about an earlier payment is that payment's paper, and was printed with it."""


def run(
    link: Link,
    context: DeviceContext,
    command: Apdu,
    timers: Timers,
    *,
    repeat_on_silence: bool = True,
    hear_print: HearPrint = _leave_unread,
) -> Finished:
    """Send ``command`` and hear it through. ``repeat_on_silence`` False: for what must not be done twice.

    Raises RefusedError, CanceledError, LineSilentError, LineLostError, ProtocolError; after any of them but
    RefusedError the line is no longer in step and must be closed.
    """
    if not link.settle(context):
        raise CanceledError("canceled before anything was sent")
    link.post(context, command, repeat_on_silence=repeat_on_silence)
    _await_reply(link, context, once=not repeat_on_silence)
    is_refusal_ours = repeat_on_silence and link.transmissions == 1
    ends_s = context.now_s() + timers.charge_s_max
    deadline_s = context.now_s() + timers.t4_s
    information: Apdu | None = None
    while True:
        message = _message(link.next_apdu(context, min(deadline_s, ends_s)))
        match message.command:
            case messages.COMPLETION | messages.ABORT_BY_TERMINAL:
                link.post(context, messages.POSITIVE)
                if not link.await_ack(context, answer=messages.POSITIVE, final=message.command):
                    raise LineSilentError("the terminal did not take in our last reply")
                return Finished(message, information)
            case messages.STATUS_INFORMATION:
                information = message
                deadline_s = context.now_s() + timers.t4_s
                link.post(context, messages.POSITIVE)
            case messages.INTERMEDIATE_STATUS:
                deadline_s = context.now_s() + timers.t4_s
                link.post(context, messages.POSITIVE)
            case messages.PRINT_LINE | messages.PRINT_TEXT_BLOCK:
                link.post(context, messages.POSITIVE)
                hear_print(message)
            case _ if not message.is_reply:
                link.post(context, messages.UNSUPPORTED)
            case _ if message.refusal is not None and is_refusal_ours:
                # the positive reply was to an earlier command: a terminal in the middle of something repeats it
                raise RefusedError(message.refusal)


def run_when_idle(
    link: Link,
    context: DeviceContext,
    command: Apdu,
    timers: Timers,
    until_s: float,
    *,
    repeat_on_silence: bool = True,
    hear_print: HearPrint = _leave_unread,
) -> Finished:
    """The same, asking a busy terminal again until ``until_s``; then RefusedError."""
    while True:
        try:
            return run(link, context, command, timers, repeat_on_silence=repeat_on_silence, hear_print=hear_print)
        except RefusedError as refused:
            if not refused.is_busy or context.now_s() + timers.busy_pause_s > until_s:
                raise
        _pause(link, context, timers.busy_pause_s, once=not repeat_on_silence)


def _pause(link: Link, context: DeviceContext, pause_s: float, *, once: bool) -> None:
    """Let ``pause_s`` pass; what the terminal says meanwhile gets no answer.

    ``once``: what is no further refusal shows that a copy of the refused command runs. Raises ProtocolError then, and
    CanceledError when the caller cancels.
    """
    until_s = context.now_s() + pause_s
    while (heard := link.next_apdu(context, until_s)) is not Wake.TIMED_OUT:
        if heard is Wake.CANCEL:
            raise CanceledError("canceled while the terminal was busy")
        if once and heard.refusal is None:
            raise ProtocolError("the terminal goes on with what it has refused")


def _await_reply(link: Link, context: DeviceContext, *, once: bool) -> None:
    """``once``: a refusal before the ACK is of an earlier copy, and this one may still be on its way."""
    for _ in range(STRAY_MESSAGES_MAX):
        message = _message(link.next_reply(context))
        if message.is_positive_reply:
            return
        if message.refusal is not None and (link.is_acknowledged or not once):
            raise RefusedError(message.refusal)
        # anything else belongs to a conversation that is over; unanswered, the terminal settles it by itself
    raise LineSilentError("the terminal keeps talking of something else")


def _message(heard: Apdu | Wake) -> Apdu:
    if heard is Wake.CANCEL:
        raise CanceledError("canceled")
    if isinstance(heard, Wake):
        raise LineSilentError("the terminal fell silent")
    return heard
