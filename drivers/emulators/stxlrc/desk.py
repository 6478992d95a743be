"""What the emulated terminal does on each command, from the ACK to the end. Owns the order and the scripted faults.

Refuses frames and repeats: ``talk`` has them.
"""

from dataclasses import dataclass

from drivers.emulators.stxlrc.answers import Act, Answer
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.ledger import LedgerEntry
from drivers.emulators.stxlrc.talk import Conversation, Pace, PullOut, Tell, Think

REPORT_S = 1.0
"""A slow terminal reports this often."""
ANOTHER_TERMINAL, ANOTHER_TICKET = "TCM99999", "999999"
STEPS = ("78", "79", "81", "82")
"""Card, amount, PIN, host."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Conversations over one book."""

    book: Book
    pace: Pace

    def sell(self, amount_yen: int, ticket: str, answer: Answer, *, reports: bool) -> Conversation:
        if answer.act is Act.STALL:
            return
        previous = self.book.sales()[-1:]
        for code in STEPS:
            if reports:
                yield Tell(f"0900|{code}|")
            yield Think(self.pace.step_s)
        if answer.act is Act.SLOW:
            for _ in range(int(answer.number / REPORT_S)):
                if reports:
                    yield Tell("0900|82|")
                yield Think(REPORT_S)
        if answer.act is Act.REBOOT:
            yield PullOut()
            return
        if answer.act is Act.DECLINE:
            yield Tell(self.book.sale_refusal("0210", f"{answer.number:02d}", ticket, amount_yen))
            return
        if answer.act in (Act.PREVIOUS, Act.STALE):
            for entry in previous:
                yield Tell(self.book.sale_reply("0210", entry))
        if answer.act is not Act.STALE:
            yield from self._charge(amount_yen, ticket, answer)

    def _charge(self, amount_yen: int, ticket: str, answer: Answer) -> Conversation:
        sale = self.book.book_sale(amount_yen + (answer.act is Act.WRONG_AMOUNT), ticket)
        if answer.act is Act.LOST_REPLY:
            return
        if answer.act is Act.CUT:
            yield PullOut()
            return
        yield Tell(self._sale_text(sale, answer), is_result=True)

    def _sale_text(self, sale: LedgerEntry, answer: Answer) -> str:
        told = self.book.sale_reply("0210", sale)
        wrong = {
            Act.WRONG_TERMINAL: (3, ANOTHER_TERMINAL),
            Act.WRONG_TICKET: (4, ANOTHER_TICKET),
            Act.WRONG_ECHO: (6, str(sale.amount_yen * 10)),
        }
        if answer.act not in wrong:
            return told
        place, instead = wrong[answer.act]
        fields = told.split("|")
        fields[place] = instead
        return "|".join(fields)

    def tell_last(self) -> Conversation:
        sales = self.book.sales()
        told = self.book.sale_reply("0260", sales[-1]) if sales else self.book.sale_refusal("0260", "11")
        yield Tell(told)

    def tell_details(self) -> Conversation:
        for entry in self.book.sales():
            yield Tell(self.book.detail_row(entry))
        yield Tell(self.book.detail_row(None))

    def close(self, answer: Answer) -> Conversation:
        if answer.act is Act.STALL:
            return
        yield Think(self.pace.step_s)
        if answer.act is Act.DECLINE:
            yield Tell(self.book.plain_reply("0510", f"{answer.number:02d}"))
            return
        self.book.book_close()
        if answer.act is Act.CUT:
            yield PullOut()
        elif answer.act is not Act.LOST_REPLY:
            yield Tell(self.book.plain_reply("0510", "00"))

    def void(self, operation: int, answer: Answer) -> Conversation:
        if answer.act is Act.STALL:
            return
        yield Think(self.pace.step_s)
        if answer.act is Act.DECLINE:
            yield Tell(self.book.void_reply(f"{answer.number:02d}", operation))
            return
        if answer.act is Act.OTHER_SALE:
            operation = next((one.operation for one in reversed(self.book.sales()) if one.operation != operation), 0)
        void = self.book.book_void(operation)
        if isinstance(void, str):
            yield Tell(self.book.void_reply(void, operation))
        elif answer.act is Act.CUT:
            yield PullOut()
        elif answer.act is not Act.LOST_REPLY:
            yield Tell(self.book.void_reply("00", operation, void.approval_code))


def tell_once(text: str) -> Conversation:
    """One message."""
    yield Tell(text)


def tell_nothing() -> Conversation:
    """The ACK was all."""
    yield from ()
