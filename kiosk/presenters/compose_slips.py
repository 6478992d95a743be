"""Whose 納付書 is paid: on the left while the money is taken, on the cards afterwards. For the clerk's eyes alone."""

from kiosk.domain.operation import Operation, SaleLine
from kiosk.domain.slip import REIWA_BEFORE_FIRST, Slip
from kiosk.presenters.screen import Column, Row, TablePart
from kiosk.presenters.slip import item_name
from kiosk.presenters.state import Approving, Asking, Doubt, Resolving, StaffState, Working
from kiosk.presenters.texts import Texts

HEISEI_BEFORE_FIRST = 1988


def slips_under_way(state: StaffState, texts: Texts) -> TablePart | None:
    """The lines that are being paid or taken back, where one of them is a 納付書; else None."""
    operation = _under_way(state)
    lines: tuple[tuple[str, int, Slip | None, int], ...] = ()
    if operation is not None:
        lines = tuple((line.name, line.fiscal_year, line.slip, line.amount_yen) for line in operation.prepared.lines)
    elif isinstance(state.stage, Working):  # its intent is not durable yet
        cart = state.cart.lines
        lines = tuple((item_name(line.item, texts), line.fiscal_year, line.slip, line.amount_yen) for line in cart)
    if not any(slip for _, _, slip, _ in lines):
        return None
    columns = (
        Column(texts("sales.items"), 5),
        Column(texts("slip.card"), 7),
        Column(texts("sales.amount"), 4, figures=True),
    )
    rows = tuple(
        Row("", (name, _value(year, slip, texts) if slip else "", texts.yen(amount_yen)))
        for name, year, slip, amount_yen in lines
    )
    return TablePart(texts("cart.title"), (), columns, rows)


def slip_rows(lines: tuple[SaleLine, ...], texts: Texts) -> list[tuple[str, str]]:
    """A card's rows: one for each 納付書 of a sale."""
    return [(texts("slip.card"), _value(line.fiscal_year, line.slip, texts)) for line in lines if line.slip]


def _under_way(state: StaffState) -> Operation | None:
    match state.stage:
        case Asking(before=before):
            return before.operation
        case Working() | Doubt() | Resolving() | Approving():
            return state.stage.operation
        case _:
            return None


def _value(fiscal_year: int, slip: Slip, texts: Texts) -> str:
    if fiscal_year > REIWA_BEFORE_FIRST:
        year = texts("slip.year", reiwa=fiscal_year - REIWA_BEFORE_FIRST)
    else:
        year = texts("slip.year_heisei", heisei=fiscal_year - HEISEI_BEFORE_FIRST)
    return texts("slip.card_value", year=year, number=slip.number, payer=slip.payer)
