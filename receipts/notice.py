"""納入済通知: what finance and a section are told of one 納付書 that was paid. Owns the values; refuses layout.

It names the payer: whoever is handed one may know who paid what to the section.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from receipts.foreign_text import printable_text
from receipts.graphemes import characters
from receipts.letters import unprintable_character


class NoticeKind(StrEnum):
    """What became of the slip."""

    PAID = "sale"
    VOIDED = "void"
    REFUNDED = "refund"
    ASKED = "refund_requested"
    """It is to be paid back by transfer: finance has it to do, and no money has moved yet."""


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """One line of a sale, or of what took it back. Amounts in yen and positive."""

    kind: NoticeKind
    business_date: date
    at: str
    """Local time at the counter, ISO 8601 with offset."""
    fiscal_year: int
    account_code: str
    account_path: tuple[str, ...]
    """会計 first."""
    department: str
    """所管課."""
    item_name: str
    payer: str
    number: str
    """調定番号."""
    amount_yen: int
    tender: str
    """The tender's kind, as the journal has it."""
    tender_name: str
    brand: str
    trustee_name: str
    """指定納付受託者; empty for cash."""
    counter_code: str
    counter_name: str
    clerk_title: str
    clerk_name: str
    document_number: str
    """On the citizen's paper; empty where none was printed."""
    sale_id: str
    due: date | None = None
    barcode: str = ""
    source: str = ""
    warnings: tuple[str, ...] = ()
    reason: str = ""
    """Why it is paid back; empty for others."""
    paid_on: date | None = None
    """Of what is asked for alone: the day of the sale."""

    @property
    def signed_yen(self) -> int:
        """What it adds to its account."""
        match self.kind:
            case NoticeKind.PAID:
                return self.amount_yen
            case NoticeKind.VOIDED | NoticeKind.REFUNDED:
                return -self.amount_yen
            case NoticeKind.ASKED:
                return 0
            case _:
                assert_never(self.kind)


@dataclass(frozen=True, slots=True)
class NoticeBatch:
    """A day's notices for one office, in the order of their accounts."""

    office: str
    """会計課, or a section."""
    business_date: date
    notices: tuple[NoticeContent, ...]
    is_complete: bool
    """No counter's day is open, in doubt, or in need of a person's eye."""

    @property
    def net_yen(self) -> int:
        """Paid, less what was taken back."""
        return sum(each.signed_yen for each in self.notices)


def era_year(fiscal_year: int) -> str:
    """令和8年度, 平成30年度."""
    if fiscal_year > 2018:
        return f"令和{fiscal_year - 2018}年度"
    return f"平成{fiscal_year - 1988}年度" if fiscal_year > 1988 else f"{fiscal_year}年度"


def printable_name(name: str) -> tuple[str, tuple[str, ...]]:
    """A name as our papers can show it, and what they cannot: ``〓`` for a character, ``U+30000`` beside it."""
    missing = filter(unprintable_character, characters(name))
    return printable_text(name), tuple(f"U+{ord(code):04X}" for character in missing for code in character)
