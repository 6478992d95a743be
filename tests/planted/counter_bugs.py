"""Bugs in what a counter does with a payment: its services and its workers."""

from tests.planted.bug import Bug

_SERVICES = "tests/unit/kiosk/services"
_RUNTIME = "tests/unit/kiosk/runtime"

BUGS = (
    Bug(
        "a charge goes out and its request is never recorded",
        "kiosk/services/charge.py",
        "        self._counter.journal.transact(decide)",
        "        decide(self._counter.journal.books())",
        (f"{_SERVICES}/test_take_payment.py::test_the_intent_is_in_the_journal_when_the_device_is_asked",),
    ),
    Bug(
        "the charge goes out before its request is recorded",
        "kiosk/services/charge.py",
        "        charge.request(device.read_baseline(context))",
        "        charge.request((send(request_of(counter, operation), context), device.read_baseline(context))[1])",
        (
            f"{_SERVICES}/test_void_payment.py::test_a_void_names_its_sale_and_its_approver_before_the_first_byte",
            f"{_SERVICES}/test_take_payment.py::test_the_intent_is_in_the_journal_when_the_device_is_asked",
        ),
    ),
    Bug(
        "an outcome that the disk refused is told as it was",
        "kiosk/services/charge.py",
        "self.operation = op.apply(self.operation, op.OutcomeUnknown(api.UnknownReason.NOT_DURABLE))",
        "self.operation = op.apply(self.operation, event)",
        (
            f"{_SERVICES}/test_take_payment.py"
            "::test_an_outcome_the_disk_cannot_hold_is_shown_as_unknown_and_settled_at_the_next_start",
        ),
    ),
    Bug(
        "a doubt is settled by charging again",
        "kiosk/services/resolve_in_doubt.py",
        "answer = device.query_last_transaction(request, context)",
        "answer = device.authorize_sales(request, context)",
        (f"{_SERVICES}/test_resolve_in_doubt.py::test_an_inquiry_can_show_that_nothing_was_charged",),
    ),
    Bug(
        "an unknown outcome is recorded as declined",
        "kiosk/services/outcomes.py",
        "return op.OutcomeUnknown(reason, _seen(outcome, operation, rules))",
        "return op.Declined(reason)",
        (f"{_SERVICES}/test_take_payment.py::test_what_stays_unknown_blocks_its_device_and_no_other",),
    ),
    Bug(
        "an approval over less than was asked for is a success",
        "kiosk/services/outcomes.py",
        "case api.Approved() if outcome.amount_yen != operation.prepared.amount_yen:",
        "case api.Approved() if outcome.amount_yen > operation.prepared.amount_yen:",
        (f"{_SERVICES}/test_take_payment.py::test_an_approval_over_another_amount_is_nobodys_success",),
    ),
    Bug(
        "a brand's rule makes a sale of what no slip shows",
        "kiosk/services/outcomes.py",
        "case Treatment.SALE if not seen.slip_number:",
        "case Treatment.SALE if not seen.brand:",
        (f"{_SERVICES}/test_unfinished.py::test_no_rule_makes_a_sale_of_what_has_no_slip",),
    ),
    Bug(
        "a terminal in doubt is charged again",
        "kiosk/services/take_payment.py",
        "if any(other.prepared.device == tender.device for other in books.unsettled()):",
        "if any(other.prepared.device is tender for other in books.unsettled()):",
        (f"{_SERVICES}/test_take_payment.py::test_what_stays_unknown_blocks_its_device_and_no_other",),
    ),
    Bug(
        "what was requested before a crash counts as declined",
        "kiosk/services/resolve_in_doubt.py",
        "event = op.OutcomeUnknown(api.UnknownReason.RESTARTED)",
        'event = op.Declined("restarted")',
        (f"{_SERVICES}/test_resolve_in_doubt.py::test_what_was_requested_is_in_doubt_at_start",),
    ),
    Bug(
        "a late answer overrides what two people have settled",
        "kiosk/services/counter.py",
        "found.append(after if now == operation else now or operation)",
        "found.append(after)",
        (
            f"{_SERVICES}/test_resolve_in_doubt.py"
            "::test_an_answer_that_comes_after_two_people_have_settled_it_changes_nothing",
        ),
    ),
    Bug(
        "the second person's name is not recorded",
        "kiosk/services/resolve_in_doubt.py",
        "return counter.record(operation, event, actor, approver)",
        "return counter.record(operation, event, actor)",
        (f"{_SERVICES}/test_resolve_in_doubt.py::test_a_person_settles_it_with_evidence_and_a_second_person",),
    ),
    Bug(
        "a doubt is settled without evidence",
        "kiosk/services/resolve_in_doubt.py",
        "if not found or len(found) > EVIDENCE_CHARACTERS_MAX:",
        "if len(found) > EVIDENCE_CHARACTERS_MAX:",
        (f"{_SERVICES}/test_resolve_in_doubt.py::test_no_evidence_no_resolution",),
    ),
    Bug(
        "a terminal in doubt is asked to void another sale",
        "kiosk/services/void_payment.py",
        "if any(other.prepared.device == paid.prepared.device for other in books.unsettled()):",
        "if any(other.prepared.device is paid for other in books.unsettled()):",
        (f"{_SERVICES}/test_void_payment.py::test_nothing_is_voided_on_a_device_in_doubt",),
    ),
    Bug(
        "a void does not say which sale it undoes",
        "kiosk/services/void_payment.py",
        "original_operation_id=paid.prepared.operation_id,",
        "original_operation_id=None,",
        (f"{_SERVICES}/test_void_payment.py::test_a_void_names_its_sale_and_its_approver_before_the_first_byte",),
    ),
    Bug(
        "a refund changes the day of its sale, which is closed",
        "kiosk/services/refund_payment.py",
        "            business_date=business_date,\n            original_operation_id",
        "            business_date=paid.prepared.business_date,\n            original_operation_id",
        (
            f"{_SERVICES}/test_refund_payment.py::test_a_refund_counts_on_the_day_it_is_done_and_leaves_the_earlier_day_alone",
        ),
    ),
    Bug(
        "the day closes over a payment in doubt",
        "kiosk/services/close_day.py",
        "        if books.unsettled():",
        "        if not books.day():",
        (f"{_SERVICES}/test_day.py::test_a_day_with_an_unsettled_payment_does_not_close",),
    ),
    Bug(
        "the close leaves itself out of the day's entries",
        "kiosk/services/close_day.py",
        "last_seq=books.head().seq + 1,",
        "last_seq=books.head().seq,",
        (f"{_SERVICES}/test_day.py::test_the_close_states_its_entries_and_the_report_its_money",),
    ),
    Bug(
        "a closed day is opened again",
        "kiosk/services/open_day.py",
        "if day.business_date == today:",
        "if day.business_date is today:",
        (f"{_SERVICES}/test_day.py::test_a_day_is_opened_once",),
    ),
    Bug(
        "a clock that went back opens an earlier day",
        "kiosk/services/open_day.py",
        "if day.business_date is not None and today < day.business_date:",
        "if day.business_date is not None and today == day.business_date.min:",
        (f"{_SERVICES}/test_day.py::test_a_clock_that_went_back_cannot_open_an_earlier_day",),
    ),
    Bug(
        "a sale begun after the terminal's answer is missed there",
        "kiosk/services/compare_daily_log.py",
        "return tuple(row for row in rows if row.begun.seq <= up_to_seq)",
        "return tuple(rows)",
        (f"{_SERVICES}/test_compare_daily_log.py::test_a_sale_begun_after_the_answer_waits_for_the_next_comparison",),
    ),
    Bug(
        "a reprint passes for the original",
        "kiosk/services/issue_receipt.py",
        "content = sale_content(counter.identity, sale, kind, serial_number, copy_number)",
        "content = sale_content(counter.identity, sale, kind, serial_number, 0)",
        (
            f"{_SERVICES}/test_issue_receipt.py"
            "::test_serial_numbers_run_without_a_gap_and_a_copy_keeps_the_original_number",
        ),
    ),
    Bug(
        "a receipt that no printer took is told as printed",
        "kiosk/services/issue_receipt.py",
        "return Printing.FAILED, str(reason)",
        'return Printing.PRINTED, ""',
        (f"{_SERVICES}/test_issue_receipt.py::test_what_became_of_the_paper_is_recorded_and_the_payment_stays",),
    ),
    Bug(
        "a driver is told that a lost result is durable",
        "kiosk/runtime/live_context.py",
        '        raise NotDurableError("journal") from error',
        "        return",
        (f"{_RUNTIME}/test_live_context.py::test_a_result_that_is_not_durable_is_not_acknowledged",),
    ),
    Bug(
        "an answer to the last question answers this one",
        "kiosk/runtime/live_context.py",
        "        while not self._answers.empty():",
        "        while self._answers is None:",
        (f"{_RUNTIME}/test_live_context.py::test_a_late_reply_to_an_earlier_question_answers_nothing",),
    ),
    Bug(
        "a second payment starts beside the first",
        "kiosk/runtime/till.py",
        '            if self._busy is not None:\n                raise RefusalError("payment_running")',
        '            if self._busy is actor:\n                raise RefusalError("payment_running")',
        (f"{_RUNTIME}/test_desk.py::test_a_second_payment_waits_for_nobody_it_is_refused",),
    ),
    Bug(
        "another tender for a doubt needs nobody's leave",
        "kiosk/runtime/approvals.py",
        "        if approver is None:",
        "        if approver is self:",
        (f"{_RUNTIME}/test_desk.py::test_another_tender_for_a_doubt_needs_its_own_approval",),
    ),
    Bug(
        "a slip that was paid by its code is paid again by hand",
        "kiosk/domain/slip.py",
        "and (code == code_too or not code or not code_too)",
        "and code == code_too",
        (
            f"{_SERVICES}/test_take_payment.py::test_a_slip_that_is_paid_is_not_taken_again_today",
            "tests/unit/kiosk/domain/test_slip.py::test_a_slip_scanned_once_and_keyed_once_is_one_slip",
        ),
    ),
)
