"""Which page a state shows. Owns the order of what comes first; refuses words."""

from enum import StrEnum

from kiosk.domain.business_day import DayState
from kiosk.presenters.state import Approving, Asking, Doubt, KeyingSlip, Resolving, StaffState, View, Working


class Page(StrEnum):
    """Pages of the staff window. BUSY is the sale page while a payment or a form must not be left."""

    SIGN_IN = "sign_in"
    DAY = "day"
    SALE = "sale"
    BUSY = "busy"
    SALES = "sales"
    CLOSE = "close"
    MENU = "menu"
    HELP = "help"
    CODE = "code"


_PAGES = {
    View.SALE: Page.SALE,
    View.SALES: Page.SALES,
    View.CLOSE: Page.CLOSE,
    View.MENU: Page.MENU,
    View.HELP: Page.HELP,
    View.CODE: Page.CODE,
}


def page_of(state: StaffState) -> Page:
    """Sign-in first, then a payment that is not settled, then the day, then what the clerk chose."""
    if state.operator is None:
        return Page.SIGN_IN
    if isinstance(state.stage, Working | Asking | Doubt | Resolving | Approving | KeyingSlip):
        return Page.BUSY
    chosen = _PAGES[state.view]
    if state.day is None or state.day.day.state is not DayState.OPEN:
        return chosen if chosen in (Page.SALES, Page.MENU, Page.HELP, Page.CODE) else Page.DAY
    if state.day.day.business_date != state.today and chosen is Page.SALE:
        return Page.CLOSE
    return chosen
