"""Bugs in yen, tax, carts, the table of states and the standing of a payment."""

from tests.planted.bug import Bug

_DOMAIN = "tests/unit/kiosk/domain"

BUGS = (
    Bug(
        "tax inside a price is rounded up",
        "kiosk/domain/tax.py",
        "return Yen(gross_yen * percent // (100 + percent))",
        "return Yen(-(-gross_yen * percent // (100 + percent)))",
        (f"{_DOMAIN}/test_tax.py::test_a_fraction_of_a_yen_is_cut_off_and_nothing_else",),
    ),
    Bug(
        "tax is put on top of a price that has it inside",
        "kiosk/domain/tax.py",
        "return Yen(gross_yen * percent // (100 + percent))",
        "return Yen(gross_yen * percent // 100)",
        (f"{_DOMAIN}/test_tax.py::test_tax_inside_a_price",),
    ),
    Bug(
        "the last line of a rate is taken for its sum",
        "kiosk/domain/tax.py",
        "gross[tax] = gross.get(tax, 0) + amount_yen",
        "gross[tax] = amount_yen",
        (f"{_DOMAIN}/test_tax.py::test_rounding_happens_once_per_rate_and_not_per_line",),
    ),
    Bug(
        "full-width digits pass for an amount",
        "kiosk/domain/money.py",
        '_PLAIN = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)',
        '_PLAIN = re.compile(r"0|[1-9]\\d{0,8}")',
        (f"{_DOMAIN}/test_money.py::test_anything_else_is_refused_with_what_would_be_right",),
    ),
    Bug(
        "a line costs one piece whatever its quantity",
        "kiosk/domain/cart.py",
        "return Yen(self.item.price_yen * self.quantity)",
        "return Yen(self.item.price_yen)",
        (f"{_DOMAIN}/test_cart.py::test_the_same_item_gathers_in_one_line_in_the_order_of_the_first_scan",),
    ),
    Bug(
        "a full exemption is charged all the same",
        "kiosk/domain/cart.py",
        "return Yen(0) if self.exemption else self.gross_yen",
        "return self.gross_yen",
        (f"{_DOMAIN}/test_cart.py::test_a_full_exemption_makes_everything_free_and_is_taken_back_whole",),
    ),
    Bug(
        "the cap of a cart is never reached",
        "kiosk/domain/cart.py",
        "if changed.gross_yen > self.cap_yen:",
        "if changed.gross_yen < 0:",
        (f"{_DOMAIN}/test_cart.py::test_the_cap_holds_for_adding_and_for_quantities_and_refuses_nothing_else",),
    ),
    Bug(
        "a tender is offered that an item of the cart refuses",
        "kiosk/domain/cart.py",
        "return tuple(line.item for line in self.lines if kind not in line.item.tenders)",
        "return tuple(line.item for line in self.lines[:1] if kind not in line.item.tenders)",
        (f"{_DOMAIN}/test_cart.py::test_an_offer_holds_the_tenders_every_line_allows",),
    ),
    Bug(
        "the first of April belongs to the old fiscal year",
        "kiosk/domain/business_day.py",
        "return day.year if day.month >= FISCAL_YEAR_FIRST_MONTH else day.year - 1",
        "return day.year if day.month > FISCAL_YEAR_FIRST_MONTH else day.year - 1",
        (f"{_DOMAIN}/test_business_day.py::test_the_year_of_a_day",),
    ),
    Bug(
        "an unknown outcome settles as declined",
        "kiosk/domain/operation.py",
        "(State.REQUESTED, OutcomeUnknown): State.IN_DOUBT,",
        "(State.REQUESTED, OutcomeUnknown): State.DECLINED,",
        (
            f"{_DOMAIN}/test_operation.py::test_every_pair",
            "tests/house/test_docs.py::test_the_state_diagram_is_the_one_the_table_draws",
        ),
    ),
    Bug(
        "a counter may close over what is in doubt",
        "kiosk/domain/operation.py",
        "UNSETTLED = frozenset({State.PREPARED, State.REQUESTED, State.REPORTED, State.IN_DOUBT})",
        "UNSETTLED = frozenset({State.PREPARED, State.REQUESTED, State.REPORTED})",
        (f"{_DOMAIN}/test_operation.py::test_nothing_leaves_a_final_state_and_every_unsettled_state_has_a_way_out",),
    ),
    Bug(
        "an approval over a smaller amount is applied",
        "kiosk/domain/operation.py",
        "if amount_yen != operation.prepared.amount_yen:",
        "if amount_yen > operation.prepared.amount_yen:",
        (f"{_DOMAIN}/test_operation.py::test_an_altered_amount_is_never_approved",),
    ),
    Bug(
        "money counts as moved before anybody approved it",
        "kiosk/domain/operation.py",
        "return self.prepared.amount_yen if self.state is State.APPROVED else NOTHING",
        "return self.prepared.amount_yen if self.state is not State.DECLINED else NOTHING",
        (f"{_DOMAIN}/test_operation.py::test_only_an_approval_moves_money",),
    ),
    Bug(
        "a payment in doubt is shown as unpaid",
        "kiosk/domain/payment.py",
        "if operation.state in UNSETTLED - {State.PREPARED}:",
        "if operation.state is State.REQUESTED:",
        (
            f"{_DOMAIN}/test_payment.py::test_unknown_is_never_shown_as_paid_or_failed",
            f"{_DOMAIN}/test_payment.py::test_standings",
        ),
    ),
    Bug(
        "a refund leaves its sale paid",
        "kiosk/domain/payment.py",
        "OperationKind.REFUND: Standing.REFUNDED,",
        "OperationKind.REFUND: Standing.PAID,",
        (f"{_DOMAIN}/test_payment.py::test_standings",),
    ),
    Bug(
        "yesterday's sale may be voided",
        "kiosk/domain/taking_back.py",
        "if sale.business_date != open_date:",
        "if sale.business_date > open_date:",
        ("tests/unit/kiosk/services/test_void_payment.py::test_yesterdays_sale_is_not_voided",),
    ),
    Bug(
        "a voided sale may be voided again",
        "kiosk/domain/taking_back.py",
        'if paid is None or sale.standing is not Standing.PAID:\n        return "void_not_paid"',
        'if paid is None:\n        return "void_not_paid"',
        ("tests/unit/kiosk/services/test_void_payment.py::test_a_sale_is_voided_once",),
    ),
    Bug(
        "a sale whose refund was asked for by transfer is given back on the terminal too",
        "kiosk/domain/taking_back.py",
        'return "refund_requested_already" if sale.refunds else ""',
        'return ""',
        (
            "tests/unit/kiosk/services/test_refund_payment.py"
            "::test_what_is_asked_for_by_transfer_is_neither_refunded_nor_voided_on_the_terminal",
        ),
    ),
    Bug(
        "a sale is voided after its terminal has closed its day",
        "kiosk/domain/taking_back.py",
        "return begun.seq <= max(settled, default=0)",
        "return begun.seq < 0",
        ("tests/unit/kiosk/services/test_compare_daily_log.py::test_nothing_is_voided_after_the_terminals_own_close",),
    ),
)
