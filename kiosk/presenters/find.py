"""Looking for an earlier sale. Owns the form and what its fields mean; refuses to look itself."""

from dataclasses import replace
from datetime import date

from kiosk.domain.money import Yen
from kiosk.domain.sale_search import NUMBER_CHARACTERS_MAX, SaleSearch
from kiosk.presenters.desk import Desk
from kiosk.presenters.state import Form, FormField, Store, View
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words
from kiosk.services.notices import SalesFound

DATE_DIGITS = 8
MONTH_DAY_DIGITS = 4
YEARS_BACK = 9
"""A journal is kept eight years; 29 February is at most eight years back."""


class FindPresenter:
    """The search form of the sales page, and stepping from day to day."""

    def __init__(self, store: Store, words: Words, texts: Texts, desk: Desk) -> None:
        self._store, self._words, self._texts, self._desk = store, words, texts, desk

    def open(self) -> None:
        """探す: an empty form."""
        state = self._store.state
        if state.view is View.SALES:
            self._store.set(replace(state, finding=find_form(self._texts), message=None))

    def close(self) -> None:
        """Back to the list as it was."""
        self._store.set(replace(self._store.state, finding=None, message=None))

    def submit(self, form: Form) -> None:
        """Look for what was keyed."""
        state = self._store.state
        try:
            day = day_keyed(form.values.get("date", ""), state.today)
        except ValueError:
            wrong = replace(form, active="date")
            self._store.set(replace(state, finding=wrong, message=self._words.refusal("find_date_wrong")))
            return
        amount = form.values.get("amount", "")
        search = SaleSearch(day, Yen(int(amount)) if amount else None, form.values.get("number", "").strip())
        self._desk.archive.find(search)

    def step(self, *, later: bool) -> None:
        """The business day before or after the one in sight."""
        state = self._store.state
        day = state.found.search.business_date if state.found else state.sales.business_date if state.sales else None
        if state.view is View.SALES and day is not None:
            self._desk.archive.find_day_beside(day, later=later)

    def handle(self, notice: SalesFound) -> None:
        """Show what was found; when it is nothing, the form or the list stays for another try."""
        state = self._store.state
        if state.view is not View.SALES:
            return
        if not notice.sales and (state.finding is not None or notice.search.number):
            rule = "find_none" if state.finding else "scan_no_sale"  # without a form it was a slip that asked
            self._store.set(replace(state, message=self._words.refusal(rule)))
            return
        known = {sale.sale_id for sale in notice.sales}
        first = notice.sales[0].sale_id if notice.sales else ""
        kept = state.selected_sale if state.selected_sale in known else first
        self._store.set(replace(state, found=notice, finding=None, selected_sale=kept))


def find_form(texts: Texts) -> Form:
    """Business date, amount, and any number on the slip; whatever is known."""
    fields = (
        FormField("number", texts("field.find_number"), "text", NUMBER_CHARACTERS_MAX, required=False),
        FormField("date", texts("field.find_date"), "digits", DATE_DIGITS, required=False),
        FormField("amount", texts("field.find_amount"), "yen", required=False),
    )
    answers = (("find", texts("answer.find")),)
    return Form("find", texts("find.title"), texts("find.instruction"), None, fields, answers, active="number")


def day_keyed(digits: str, today: date) -> date | None:
    """1120 is the latest 20 November, 20251120 that very day; None for nothing. Raises ValueError for no date."""
    if not digits:
        return None
    if len(digits) == DATE_DIGITS:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if len(digits) != MONTH_DAY_DIGITS:
        raise ValueError(digits)
    month, day = int(digits[:2]), int(digits[2:])
    for year in range(today.year, today.year - YEARS_BACK, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue  # 29 February of another year
        if found <= today:
            return found
    raise ValueError(digits)
