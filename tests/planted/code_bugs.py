"""Bugs in what a counter without a terminal does: codes, a citizen's screen, a portal, files instead of paper."""

from tests.planted.bug import Bug

_DRIVER = "tests/unit/drivers/payment/jpqr/test_driver.py"
_ENROLL = "tests/unit/kiosk/services/test_enroll_code.py"
_PORTAL = "tests/unit/kiosk/services/test_portal_number.py"

BUGS = (
    Bug(
        "without a completion screen a sale passes for one that was not paid",
        "drivers/payment/jpqr/driver.py",
        "                return OutcomeUnknown(UnknownReason.NO_COMPLETION, self._brand)",
        '                return Declined(DeclineReason.CANCELED, "")',
        (f"{_DRIVER}::test_without_a_completion_screen_nobody_says_paid_or_not_paid",),
    ),
    Bug(
        "every operator gets a code with the amount in it, tested or not",
        "drivers/payment/jpqr/driver.py",
        "        if brand in request.tested_brands:",
        "        if brand in request.brands:",
        (f"{_DRIVER}::test_every_other_operator_gets_the_schemes_own_code_byte_for_byte",),
    ),
    Bug(
        "a trainee's window shows a code that citizens can pay",
        "drivers/payment/jpqr/driver.py",
        "is_code_shown=not self._capabilities.training",
        "is_code_shown=True",
        (f"{_DRIVER}::test_nobody_can_pay_in_training",),
    ),
    Bug(
        "a code for one payment is enrolled as the sticker",
        "kiosk/services/enroll_code.py",
        "    if not code.is_sticker:",
        "    if code.amount_yen == 0:",
        (f"{_ENROLL}::test_what_is_no_sticker_is_refused_and_not_recorded",),
    ),
    Bug(
        "another sticker keeps the old one's live tests",
        "kiosk/journal/read_models.py",
        "                    self._session.run(_FORGET_CODE, device)",
        "                    pass",
        (f"{_ENROLL}::test_another_sticker_needs_other_tests",),
    ),
    Bug(
        "a live test that failed counts as one that passed",
        "kiosk/journal/read_models.py",
        'self._session.run(_SET_CODE, device, brand, "", int(passed))',
        'self._session.run(_SET_CODE, device, brand, "", 1)',
        (f"{_ENROLL}::test_the_newest_test_of_an_operator_holds",),
    ),
    Bug(
        "a card number can be keyed as a portal's number and is kept whole",
        "kiosk/services/resolve_in_doubt.py",
        "    if not fits or operation.prepared.tender is not TenderKind.CODE:",
        "    if not fits:",
        (f"{_PORTAL}::test_where_a_card_was_used_no_number_is_taken_that_could_be_its_own",),
    ),
    Bug(
        "a document's file is written over the one before",
        "drivers/printer/pdf/driver.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL",
        "os.O_WRONLY | os.O_CREAT",
        (
            "tests/unit/drivers/printer/pdf/test_driver.py::test_a_second_document_of_a_name_is_written_beside_the_first",
        ),
    ),
    Bug(
        "a part of a slip's 確認番号 is kept with its 納付番号",
        "drivers/codes/slip.py",
        "any(len(part) != NUMBER_GROUP for part in parts)",
        "not all(parts)",
        ("tests/unit/drivers/codes/test_slip.py::test_other_numbers_are_no_pay_easy",),
    ),
)
