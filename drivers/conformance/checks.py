"""The kit's checks by name: what a payment driver has promised. Owns the names and their meaning."""

from dataclasses import dataclass
from enum import StrEnum

from drivers.conformance.adapter import Operation
from drivers.conformance.faults import Fault


class Check(StrEnum):
    """One promise of a driver. I1 to I4 are the invariants of docs/adding.md."""

    CLEAN_SALE = "clean-sale"
    """Without a fault the terminal's approval is Approved, and its refusal Declined or, before it began, NotSent."""
    APPROVED_IS_BOOKED = "I1-approved-is-booked"
    """Approved: the terminal's book holds exactly one sale of that amount."""
    APPROVED_IS_ITS_OWN = "I1-approved-is-its-own"
    """An approval carries the numbers of its own sale, not those of the sale before."""
    DECLINED_IS_UNBOOKED = "I1-declined-is-unbooked"
    """Declined: the book holds no sale."""
    INQUIRY_AGREES = "I1-inquiry-agrees"
    """An inquiry that answers agrees with the book and with what was said before."""
    NEXT_SALE_AGREES = "I1-next-sale-agrees"
    """The sale after a faulty one is told as the book has it."""
    QUIET_UNTIL_ASKED = "I2-quiet-until-asked"
    """Making a driver opens and sends nothing; reading health and baseline charges nothing."""
    APPROVED_WAS_COMMITTED = "I2-approved-was-committed"
    """An approval was made durable before it was returned."""
    COMMITTED_BEFORE_ACKNOWLEDGED = "I2-committed-before-acknowledged"
    """The terminal hears that we took its result in only after that result is durable."""
    NOT_DURABLE_IS_UNKNOWN = "I2-not-durable-is-unknown"
    """When the commit fails the outcome is OutcomeUnknown."""
    NO_EXCEPTION = "I3-no-exception"
    """Nothing is raised out of a call."""
    NOT_SENT_IS_UNBOOKED = "I3-not-sent-is-unbooked"
    """NotSent: the book holds no sale."""
    CANCEL_DECIDES_NOTHING = "I3-cancel-decides-nothing"
    """A cancel is a request: the outcome is what became of the charge."""
    CHARGED_ONCE = "I4-charged-once"
    """One request is in the book once at most, however often it is asked about."""
    INQUIRY_CHARGES_NOTHING = "I4-inquiry-charges-nothing"
    """The book of a terminal at rest is the same after an inquiry."""
    DOUBLED_IS_NOTICED = "I4-doubled-is-noticed"
    """Where the line doubled the command and the terminal did it twice, nobody is told of one: it is OutcomeUnknown."""
    CLEAN_REVERSAL = "clean-reversal"
    """Without a fault a void or refund that the terminal makes is Approved; one it refuses is Declined or NotSent."""
    REVERSAL_IS_BOOKED = "I1-reversal-is-booked"
    """Approved: the book holds exactly one such void or refund, of that amount."""
    VOID_IS_OF_ITS_SALE = "I1-void-is-of-its-sale"
    """Approved: it is the sale that was named, and no other, that has been taken back."""
    REFUSED_REVERSAL_IS_UNBOOKED = "I1-refused-reversal-is-unbooked"
    """Declined or NotSent: the book is as it was."""
    REVERSED_ONCE = "I4-reversed-once"
    """One request takes money back once at most, however often it is asked about."""
    REVERSAL_CHARGES_NOTHING = "I4-reversal-charges-nothing"
    """A void or refund, whatever becomes of it, puts no sale into the book."""
    CLEAN_LOG = "clean-log"
    """Without a fault the daily log is read, and settled where that was asked for and the terminal did it."""
    TOTALS_AGREE = "I1-totals-agree"
    """The totals that are read are the sum of what stands in the book."""
    SETTLED_IS_HONEST = "I3-settled-is-honest"
    """``settled``: the day is closed. Neither ``settled`` nor ``settled_unknown``: it is not."""
    SETTLED_ONCE = "I4-settled-once"
    """A settlement goes out once: silence is no reason to close the next day as well."""
    REPORT_SETTLES_NOTHING = "I4-report-settles-nothing"
    """Reading the daily log closes nothing, and no log changes what stands in the book."""
    CALL_ENDS = "calls-end"
    """Every call ends within 600 s of the device's time."""
    WAITS_IN_CONTEXT = "waits-in-context"
    """A driver waits in its context, never in a line's read."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise broken, and where: enough to see it again."""

    check: Check
    operation: Operation
    scene: str
    fault: Fault
    detail: str

    def __str__(self) -> str:
        place = f"{self.operation}, scene {self.scene}, {self.fault.kind} {self.fault.at}"
        return f"{self.check}: {self.detail} [{place}]"
