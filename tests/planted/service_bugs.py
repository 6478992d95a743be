"""Bugs in taking and returning money through a payment service: proofs that are none, answers that are another's."""

from tests.planted.bug import Bug

_ROOM = "tests/unit/drivers/payment/paypay"

BUGS = (
    Bug(
        "a charge whose answer was lost is taken for one that was not sent",
        "drivers/payment/paypay/charge.py",
        "        except SilentError:\n            return SILENT",
        "        except SilentError:\n            return NotSent(NotSentReason.NO_ANSWER)",
        (f"{_ROOM}/test_charge.py::test_what_a_charge_is_answered_is_what_the_clerk_is_told",),
    ),
    Bug(
        "a code that could not be deleted passes for one that nobody can pay",
        "drivers/payment/paypay/charge.py",
        "told is Told.NO_SUCH_PAYMENT or (is_gone and told == Payment(State.CREATED))",
        "told is Told.NO_SUCH_PAYMENT or told == Payment(State.CREATED)",
        (f"{_ROOM}/test_charge.py::test_a_code_that_nobody_could_delete_may_still_be_paid",),
    ),
    Bug(
        "a payment that the service gives back a moment later is booked",
        "drivers/payment/paypay/inquiry.py",
        "            self._trace.is_cancel_sent = True",
        "            self._trace.is_cancel_sent = False",
        (f"{_ROOM}/test_inquiry.py::test_after_a_cancel_whose_answer_was_lost_money_that_is_told_of_goes_back",),
    ),
    Bug(
        "after a restart a payment counts before an earlier run's cancel can have arrived",
        "drivers/payment/paypay/inquiry.py",
        "self._talk.pause(max(SETTLED_S, on_its_way_s))",
        "self._talk.pause(SETTLED_S)",
        (f"{_ROOM}/test_inquiry.py::test_of_an_earlier_run_both_ways_are_asked_and_a_payment_has_to_stand",),
    ),
    Bug(
        "a refund that may still be on its way passes for one that was not made",
        "drivers/payment/paypay/reversal.py",
        "            if asked_at_s >= self._trace.sent_at_s + SIGNATURE_S:",
        "            if talk.context.now_s() >= self._trace.sent_at_s + SIGNATURE_S:",
        (f"{_ROOM}/test_reversal.py::test_an_answer_that_is_slow_does_not_make_an_early_question_a_late_one",),
    ),
    Bug(
        "another payment's answer approves ours",
        "drivers/payment/paypay/judging.py",
        "paid.state is not State.COMPLETED or paid.merchant_payment_id != request.operation_id",
        "paid.state is not State.COMPLETED",
        (f"{_ROOM}/test_judging.py::test_anything_else_is_in_doubt",),
    ),
    Bug(
        "a refund of another sale passes for ours",
        "drivers/payment/paypay/judging.py",
        "(refund.merchant_refund_id, refund.payment_id) != ours",
        "refund.merchant_refund_id != ours[0]",
        (f"{_ROOM}/test_judging.py::test_another_refund_is_not_ours",),
    ),
    Bug(
        "a request whose connection was lost is sent a second time",
        "drivers/transport.py",
        "        read=False,",
        "        read=1,",
        ("tests/unit/drivers/test_https_client.py::test_what_has_left_and_was_not_answered_is_lost_and_sent_once",),
    ),
    Bug(
        "an amount that is a text or a fraction is read as yen",
        "drivers/payment/paypay/protocol.py",
        "    if type(value) is not int or not 0 <= value <= NUMBER_MAX:",
        "    if not isinstance(value, int | float) or not 0 <= value <= NUMBER_MAX:",
        (f"{_ROOM}/test_protocol.py::test_a_payment_that_is_not_wholly_right_is_none",),
    ),
    Bug(
        "everybody on the machine may read the service's keys",
        "kiosk/provider_keys.py",
        "& 0o077:",
        "& 0o007:",
        ("tests/unit/kiosk/test_provider_keys.py::test_a_file_that_others_can_read_is_refused_with_what_to_type",),
    ),
)
