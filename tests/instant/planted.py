"""``python -m tests.instant.planted BUG sell …``: the kiosk with one bug, to show that the sweep would find it."""

import json
import sys
from collections.abc import Callable

from drivers.payment import api
from kiosk import sell
from kiosk.cli import main
from kiosk.domain import operation as op
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation
from kiosk.domain.record import SYSTEM, Actor, Head
from kiosk.journal.writer import Writer
from kiosk.services import charge
from kiosk.services.counter import Counter
from kiosk.services.issue_receipt import issue_document
from kiosk.services.outcomes import event_of, reported_of
from kiosk.services.resolve_in_doubt import request_of

Bug = Callable[[], None]
"""Puts one bug into the product, in this process."""


def plant(owner: object, **instead: object) -> None:
    """Put these in the place of what a class or module has under their names."""
    for name, value in instead.items():
        setattr(owner, name, value)


def record_the_request_with_the_report() -> None:
    """Not before the first byte leaves."""

    def request(self: charge._Charge, baseline: api.Baseline | None) -> None:
        assert baseline is not None
        number = self._counter.journal.books().last_sequence_number() + 1
        known = op.DeviceBaseline(baseline.terminal_id, baseline.slip_number, baseline.transaction_number)
        self.operation = op.apply(self.operation, op.Requested(number, known))

    def report(self: charge._Charge, result: charge.Result) -> None:
        asked = op.Requested(self.operation.sequence_number, self.operation.baseline)
        prepared = Operation(self.operation.prepared)
        self.operation = self._counter.record(prepared, (asked, reported_of(result)), self._actor)

    plant(charge._Charge, request=request, report=report)


def forget_at_a_start_what_was_requested() -> None:
    def recover(counter: Counter) -> tuple[Operation, ...]:
        for operation in counter.journal.books().unsettled():
            unknown = op.OutcomeUnknown(api.UnknownReason.RESTARTED)
            counter.record(operation, (unknown, op.NotCharged("restarted")), SYSTEM)
        return ()

    plant(sell, recover=recover)


def charge_again_instead_of_asking() -> None:
    def inquire(
        counter: Counter, operation: Operation, device: api.PaymentDevice, context: api.PaymentContext
    ) -> Operation:
        outcome = device.authorize_sales(request_of(counter, operation), context)
        return counter.record(operation, event_of(outcome, operation, "inquiry"), SYSTEM)

    plant(sell, inquire=inquire, _no_report=lambda _: None)


def say_paid_when_the_terminal_does() -> None:
    def report(self: charge._Charge, result: charge.Result) -> None:
        sale_id = self.operation.prepared.sale_id
        sys.stdout.write(json.dumps({"ok": isinstance(result, api.Approved), "sale_id": sale_id}))
        sys.stdout.flush()
        keep(self, result)

    keep = charge._Charge.report
    plant(charge._Charge, report=report)


def take_a_failed_commit_for_done() -> None:
    def has_landed(_: Writer, head: Head) -> bool:
        return head is not None

    plant(Writer, _has_landed=has_landed)


def let_a_receipt_that_fails_undo_the_sale() -> None:
    def print_sale(self: sell._Paper, counter: Counter, sale_id: SaleId, actor: Actor) -> dict[str, object]:
        issue_document(counter, sale_id, self._render_sale, actor)
        return {}

    plant(sell._Paper, print_sale=print_sale)


BUGS: dict[str, Bug] = {
    each.__name__: each
    for each in (
        record_the_request_with_the_report,
        forget_at_a_start_what_was_requested,
        charge_again_instead_of_asking,
        say_paid_when_the_terminal_does,
        take_a_failed_commit_for_done,
        let_a_receipt_that_fails_undo_the_sale,
    )
}

if __name__ == "__main__":
    BUGS[sys.argv[1]]()
    raise SystemExit(main(sys.argv[2:]))
