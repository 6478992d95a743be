"""The core alone, spoken to by hand: bytes in, bytes out, time as a number."""

from datetime import UTC, datetime

from drivers.emulators.terminal.answers import read_script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.codec import Unwrapper, message, packed, wrap
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import EntryKind, MemoryLedger, net_approved_yen
from drivers.emulators.terminal.pace import Pace

SALE = message("06 01", bytes.fromhex("04000000001500490392"))
POSITIVE = message("80 00")


class Register:
    """The other end: sends messages, acknowledges what comes, lets time pass."""

    def __init__(
        self,
        answers: str = "",
        ledger: MemoryLedger | None = None,
        *,
        reverses: bool = True,
        slips_in_blocks: bool = False,
    ) -> None:
        self.ledger = ledger or MemoryLedger()
        book = Book(self.ledger, lambda: datetime(2026, 11, 23, 10, 15, tzinfo=UTC), "13100001")
        self.core = TerminalCore(
            book,
            read_script(answers),
            Pace(speed=0),
            reverses=reverses,
            slips_in_blocks=slips_in_blocks,
        )
        self.time_s = 0.0
        self._unwrapper = Unwrapper()

    def exchange(self, raw: bytes) -> list[bytes | str]:
        """Send bytes, let everything due happen, and return what came back."""
        heard: list[bytes | str] = []
        for _, payload in self.core.step(self.time_s, raw):
            heard += self._unwrapper.take(self.time_s, payload)
        while self.core.wake_at_s is not None and self.core.wake_at_s <= self.time_s:
            for _, payload in self.core.step(self.time_s, b""):
                heard += self._unwrapper.take(self.time_s, payload)
        return heard

    def say(self, payload: bytes) -> list[bytes]:
        """Send a message as a register does: with an ACK for each message that comes back."""
        heard = self.exchange(wrap(payload))
        messages = [part for part in heard if isinstance(part, bytes)]
        for _ in messages:
            messages += [part for part in self.exchange(b"\x06") if isinstance(part, bytes)]
        return messages

    def sell(self) -> list[bytes]:
        """A whole sale with every reply; what the terminal said, in order."""
        said = self.say(SALE)
        told = list(said)
        while said and said[-1][:2] not in (b"\x06\x0f", b"\x06\x1e"):
            said = self.say(POSITIVE)
            told += said
        self.say(POSITIVE)
        return told


def _commands(told: list[bytes]) -> list[str]:
    return [payload[:2].hex(" ") for payload in told]


def test_a_sale_goes_through_its_states_and_is_in_the_book() -> None:
    register = Register()
    assert _commands(register.sell()) == ["80 00", "04 ff", "04 ff", "04 0f", "04 ff", "06 0f"]
    (entry,) = register.ledger.entries()
    assert (entry.kind, entry.amount_yen, entry.brand) == (EntryKind.SALE, 1500, "Visa")
    assert (entry.slip_number, entry.trace_number, entry.card_masked) == ("0001", "000001", "************1034")


def test_it_is_in_the_book_before_it_is_told() -> None:
    register = Register()
    register.say(SALE)
    register.say(POSITIVE)
    assert _commands(register.say(POSITIVE)) == ["04 0f"]
    assert net_approved_yen(register.ledger.entries()) == 1500


def test_the_status_holds_amount_and_currency() -> None:
    told = next(payload for payload in Register().sell() if payload[:2] == b"\x04\x0f")
    assert b"\x04" + packed("000000001500") + b"\x49\x03\x92" in told
    assert b"\x27\x00" in told


def test_euros_are_refused_before_anything_starts() -> None:
    register = Register()
    euros = message("06 01", bytes.fromhex("04000000001500490978"))
    assert register.say(euros) == [message("84 6F")]
    assert register.ledger.entries() == ()


def test_a_second_command_finds_it_busy() -> None:
    register = Register()
    register.say(SALE)
    assert register.say(message("06 00", bytes.fromhex("0000000e0392"))) == [message("84 9C")]


def test_an_unconfirmed_sale_is_taken_back_or_kept() -> None:
    for reverses, yen in ((True, 0), (False, 1500)):
        register = Register(reverses=reverses)
        register.say(SALE)
        register.say(POSITIVE)
        register.say(POSITIVE)
        register.time_s += 5.1
        assert "06 1e" in _commands([part for part in register.exchange(b"") if isinstance(part, bytes)])
        assert net_approved_yen(register.ledger.entries()) == yen


def test_a_frame_without_an_ack_comes_three_times() -> None:
    register = Register()
    heard = register.exchange(wrap(SALE))
    for _ in range(10):
        register.time_s += 5.1
        heard += register.exchange(b"")
    prompts = [part for part in heard if isinstance(part, bytes) and part[:2] == b"\x04\xff"]
    assert [prompts.count(prompt) for prompt in dict.fromkeys(prompts)] == [3, 3], "insert card, processing"
    assert net_approved_yen(register.ledger.entries()) == 0


def test_a_damaged_frame_is_refused_on_the_line() -> None:
    frame = wrap(SALE)
    assert Register().exchange(frame[:-1] + bytes([frame[-1] ^ 1])) == ["nak"]


def test_the_last_receipt_survives_a_restart_and_tells_a_reversal() -> None:
    register = Register()
    assert _commands(register.say(message("06 20", bytes(5)))) == ["80 00", "06 1e"]
    register.say(POSITIVE)
    register.sell()
    again = Register(ledger=register.ledger)
    told = again.say(message("06 20", bytes(5)))
    assert _commands(told) == ["80 00", "04 0f"]
    assert b"\x87\x00\x01" in told[1]
    again.say(POSITIVE)
    again.say(POSITIVE)
    again.sell()
    assert [entry.trace_number for entry in again.ledger.entries()] == ["000001", "000002"]


def test_an_unknown_command_is_refused() -> None:
    assert Register().say(message("06 93", bytes(3))) == [message("84 83")]
    assert Register().say(message("06 B0")) == [message("84 83")]
