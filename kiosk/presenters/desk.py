"""What the windows may ask of the product. Every call returns at once; answers arrive as notices, in order."""

from datetime import date
from typing import Protocol

from kiosk.domain.cart import Offer
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.sale_search import SaleSearch
from kiosk.domain.tender import Tender
from kiosk.services.notices import Answer


class Approvals(Protocol):
    """What needs a second person's PIN; a refusal is told, as everywhere."""

    def other_tender(self, operation_id: OperationId, approver_id: str, approver_pin: str) -> None:
        """Allow another tender for a sale in doubt; answered by OtherTenderApproved."""

    def void(self, sale_id: SaleId, approver_id: str, approver_pin: str) -> None:
        """Void a paid sale of today; goes on like a payment."""

    def request_refund(self, sale_id: SaleId, reason: str, approver_id: str, approver_pin: str) -> None:
        """Record that a paid sale is to be refunded by bank transfer; answered by RefundRecorded."""

    def refund(self, sale_id: SaleId, reason: str, approver_id: str, approver_pin: str) -> None:
        """Give an earlier sale back on the terminal that took it; goes on like a payment."""

    def close_follow_up(
        self, operation_id: OperationId, *, charged: bool, evidence: str, approver_id: str, approver_pin: str
    ) -> None:
        """Record what the brand said in the end about a payment settled for now; answered by FollowUpRecorded."""


class CodeSetup(Protocol):
    """The scheme's payment code of a device; every answer is CodeKnown, or a refusal."""

    def tell(self, device: str) -> None:
        """The code that is enrolled, and which operators passed a live test."""

    def enroll(self, device: str, text: str, approver_id: str, approver_pin: str) -> None:
        """Take up the sticker's payload, with a second person's PIN."""

    def try_out(self, device: str, brand: str) -> None:
        """Show the citizen's window a code with an amount of one yen, for one operator's application."""

    def record_test(self, device: str, brand: str, *, passed: bool, approver_id: str, approver_pin: str) -> None:
        """Record what came of it, with a second person's PIN."""


class PrintDesk(Protocol):
    """The printer and the drawer behind it; what becomes of it is told as DocumentChanged, or as a refusal."""

    def reprint(self, sale_id: SaleId) -> None:
        """Print the next copy of a sale's document: 再発行, unless there is none yet."""

    def confirm(self, sale_id: SaleId, *, came_out: bool) -> None:
        """The clerk has looked for the paper of a sale's document whose printing is unknown."""

    def resume(self) -> None:
        """What a kept job waits for is mended; without one nothing happens."""

    def give_up(self) -> None:
        """Wait no longer for what a kept job waits for."""

    def open_drawer(self, reason: str) -> None:
        """Open the cash drawer without a sale, for one of kiosk.domain.record.DRAWER_REASONS; recorded first."""


class Archive(Protocol):
    """Earlier sales; answered by SalesFound, or by a refusal."""

    def find(self, search: SaleSearch) -> None: ...
    def find_day_beside(self, business_date: date, *, later: bool) -> None:
        """The sales of the business day before or after a date."""


class Desk(Protocol):
    """The desk behind the window; never blocks, never raises for what a person did."""

    @property
    def approvals(self) -> Approvals: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def code_setup(self) -> CodeSetup: ...
    @property
    def printing(self) -> PrintDesk: ...
    def sign_in(self, operator_id: str, pin: str) -> None: ...
    def sign_out(self) -> None: ...
    def open_day(self) -> None: ...
    def close_day(self, *, confirmed: bool = False) -> None:
        """Compare with the terminals' own days and close; ``confirmed``: the differences were seen."""

    def pay(self, offer: Offer, tender: Tender | None, instead_of: OperationId | None = None) -> None:
        """Take the payment for a frozen offer; ``tender`` None for a zero-yen total.

        ``instead_of``: the operation in doubt for which another tender was approved.
        """

    def cancel_payment(self) -> None:
        """Ask the running payment to stop: a request; the outcome still arrives as PaymentFinished.

        While terminals are asked at the close: wait for them no longer.
        """

    def answer(self, answer: Answer) -> None:
        """Reply to the open Question."""

    def inquire(self, operation_id: OperationId) -> None:
        """Ask the device again what became of an operation in doubt."""

    def resolve(
        self,
        operation_id: OperationId,
        *,
        charged: bool,
        evidence: str,
        approver_id: str,
        approver_pin: str,
        provisional: bool = False,
        reference: str = "",
    ) -> None:
        """Record what a person found, with a second person's approval; ``provisional``: not charged for now.

        ``reference``: the number of it in the portal of a code's operator.
        """

    def list_sales(self) -> None: ...
    def refresh_status(self) -> None: ...
