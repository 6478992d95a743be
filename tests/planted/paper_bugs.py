"""Bugs in the printer's driver, the documents and what a window says about money."""

from tests.planted.bug import Bug

_PRINTER = "tests/unit/drivers/printer/escpos/test_driver.py"
_KEPT = "tests/unit/drivers/printer/escpos/test_kept_jobs.py"
_PROVED = "tests/unit/kiosk/services/test_provably_printed.py"
_PRESENTERS = "tests/unit/kiosk/presenters"
_SIGN = "tests/unit/receipts/test_sign.py"
_COMPOSE = "tests/unit/receipts/test_compose.py"
_GLYPHS = "tests/unit/receipts/render/test_user_glyphs.py"

BUGS = (
    Bug(
        "a job whose end nobody told counts as printed",
        "drivers/printer/escpos/job.py",
        "else PrintUnknown(self._fault or PrintFault.SILENT)",
        "else Printed(self._paper)",
        (f"{_PRINTER}::test_silence_after_the_first_byte_is_unknown",),
    ),
    Bug(
        "an earlier job's completion stands for this one's",
        "drivers/printer/escpos/job.py",
        "if number != self._job_number:",
        "if number < 0:",
        (f"{_PRINTER}::test_a_late_completion_does_not_answer_for_the_next_job",),
    ),
    Bug(
        "a printer with its cover open is sent a receipt",
        "drivers/printer/escpos/driver.py",
        "if health.fault is not None or line is None:",
        "if line is None:",
        (f"{_PRINTER}::test_a_printer_that_cannot_print_is_not_sent_anything",),
    ),
    Bug(
        "a document leaves before the journal holds that it may",
        "drivers/printer/escpos/driver.py",
        "watch.begin()",
        "pass",
        (f"{_KEPT}::test_a_journal_that_takes_no_intent_sends_nothing",),
    ),
    Bug(
        "what was on its way when the program ended counts as never sent",
        "kiosk/services/issue_receipt.py",
        "printing = Printing.UNKNOWN if document.state == Printing.SENT else Printing.FAILED",
        "printing = Printing.FAILED",
        (f"{_PROVED}::test_a_start_asks_for_what_was_sent_and_knows_what_never_left",),
    ),
    Bug(
        "paper near its end passes for full",
        "drivers/printer/escpos/protocol.py",
        "return Paper.END if bits & 0x60 else Paper.NEAR_END if bits & 0x0C else Paper.OK",
        "return Paper.END if bits & 0x60 else Paper.OK",
        ("tests/unit/drivers/printer/escpos/test_protocol.py::test_paper_near_its_end_is_not_at_its_end",),
    ),
    Bug(
        "a copy does not say 再発行",
        "receipts/template_values.py",
        'return str(copy_number) if copy_number else ""',
        'return ""',
        (f"{_COMPOSE}::test_every_reprint_says_so_before_anything_else",),
    ),
    Bug(
        "a usage slip passes for a receipt",
        "receipts/compose.py",
        "template = layouts.in_force(LAYOUT_OF[kind])",
        'template = layouts.in_force(LAYOUT_OF[kind].replace("usage_slip", "cash_receipt"))',
        (f"{_COMPOSE}::test_a_usage_slip_says_all_that_the_rules_ask_for",),
    ),
    Bug(
        "the change on a receipt is what was given",
        "receipts/template_values.py",
        "yen(payment.tendered_yen - total_yen)",
        "yen(payment.tendered_yen)",
        (f"{_COMPOSE}::test_a_cash_receipt_is_a_receipt_with_change_and_a_stamp_field",),
    ),
    Bug(
        "money that went back is printed as money that came in",
        "receipts/template_values.py",
        'return f"-¥{-amount_yen:,}" if amount_yen < 0 else',
        'return f"¥{-amount_yen:,}" if amount_yen < 0 else',
        (f"{_COMPOSE}::test_yen_on_paper",),
    ),
    Bug(
        "a name may hold a printer command",
        "receipts/graphemes.py",
        "    if text.isascii() and text.isprintable():",
        "    if text.isascii():",
        ("tests/unit/receipts/test_line_breaking.py::test_invisible_and_control_characters_are_refused",),
    ),
    Bug(
        "a letter that no font has is a box on paper",
        "receipts/render/pages.py",
        "        if letter is None:\n            raise UnprintableCharacterError(text, position)\n        name = ",
        "        if letter is None:\n            letter = find_letter('〓', pen.face)\n        name = ",
        ("tests/unit/receipts/render/test_pages.py::test_a_character_without_a_letter_is_an_error_that_names_it",),
    ),
    Bug(
        "a variant is printed as the kanji without it",
        "receipts/letters.py",
        "                return Letter(font, chr(font_table(font).variants[variant]), variant)",
        "                return Letter(font, character[0])",
        (f"{_GLYPHS}::test_two_names_are_two_pictures",),
    ),
    Bug(
        "a glyph that gave way is taken for one that the printer still has",
        "receipts/render/user_glyphs.py",
        "self._held.pop(next(iter(self._held)))",
        "next(iter(self._held.values()))",
        (f"{_GLYPHS}::test_where_slots_are_short_the_longest_unused_gives_way",),
    ),
    Bug(
        "the dots of a name open the cash drawer",
        "receipts/render/user_glyphs.py",
        "            clean[at] = 0x18",
        "            clean[at] = 0x10",
        (f"{_GLYPHS}::test_dots_that_would_be_a_real_time_command_get_a_neighbor",),
    ),
    Bug(
        "a terminal's stray byte keeps a citizen who has paid without paper",
        "kiosk/services/sale_document.py",
        "        brand=printable_text(result.brand),",
        "        brand=result.brand,",
        ("tests/unit/kiosk/services/test_issue_receipt.py::test_what_a_terminal_said_is_printable_whatever_it_was",),
    ),
    Bug(
        "words stand in the quiet zone of a sign's code",
        "receipts/sign.py",
        "    y = 88.4 - 2.8 * len(labels)",
        "    y = 84.4 - 2.8 * len(labels)",
        (f"{_SIGN}::test_the_symbol_has_its_size_to_a_tenth_of_a_millimeter_and_white_around_it",),
    ),
    Bug(
        "a code for one payment becomes a sign for all",
        "kiosk/sticker.py",
        "    if not code.is_sticker:",
        "    if code.amount_yen == 0:",
        ("tests/unit/kiosk/test_sticker.py::test_a_code_that_is_no_sticker_is_refused",),
    ),
    Bug(
        "a payment in doubt is shown as paid",
        "kiosk/presenters/words.py",
        'State.IN_DOUBT: StateWords(Tone.DOUBT, "state.in_doubt", "unknown"),',
        'State.IN_DOUBT: StateWords(Tone.SUCCESS, "state.approved"),',
        (f"{_PRESENTERS}/test_words.py::test_in_doubt_is_black_on_yellow_and_forbids_a_second_charge",),
    ),
    Bug(
        "a payment in doubt is shown as failed",
        "kiosk/presenters/words.py",
        'State.IN_DOUBT: StateWords(Tone.DOUBT, "state.in_doubt", "unknown"),',
        'State.IN_DOUBT: StateWords(Tone.ERROR, "state.declined", "decline"),',
        (f"{_PRESENTERS}/test_words.py::test_in_doubt_is_black_on_yellow_and_forbids_a_second_charge",),
    ),
    Bug(
        "the citizen is shown an amount to pay while it is in doubt",
        "kiosk/presenters/lines.py",
        'return LinesScreen(self._say("doubt"), "", self._say("wait"))',
        'return LinesScreen(self._say("doubt"), "", self._say("wait"), amount)',
        (f"{_PRESENTERS}/test_lines.py::test_in_doubt_no_amount_asks_to_be_paid_again",),
    ),
    Bug(
        "a tap on a tender of an earlier cart pays this one",
        "kiosk/presenters/payment.py",
        "if revision != state.cart.revision or kind not in set(TenderKind):",
        "if kind not in set(TenderKind):",
        ("tests/ui/test_staff_window.py::test_a_changed_cart_takes_the_offer_back",),
    ),
    Bug(
        "a sale in doubt is left for the next one",
        "kiosk/presenters/payment.py",
        "self._store.set(replace(fresh, stage=Doubt(waiting)) if waiting else fresh)",
        "self._store.set(fresh)",
        ("tests/ui/test_aside_and_void.py::test_a_doubt_that_came_up_during_a_payment_comes_before_the_next_sale",),
    ),
)
