"""The list on the left: whose rows they are. Owns nothing; hands a choice to the page in sight."""

from kiosk.presenters.code_setup import CodePresenter
from kiosk.presenters.page import Page, page_of
from kiosk.presenters.sales import SalesPresenter
from kiosk.presenters.state import Store, View


class RowsPresenter:
    """Rows of sales, or of operators on the page of the payment code."""

    def __init__(self, store: Store, sales: SalesPresenter, code: CodePresenter) -> None:
        self._store, self._sales, self._code = store, sales, code

    def select(self, name: str) -> None:
        (self._code if self._store.state.view is View.CODE else self._sales).select(name)

    def move_selection(self, step: int) -> None:
        if page_of(self._store.state) is not Page.BUSY:  # there it shows what is being paid
            (self._code if self._store.state.view is View.CODE else self._sales).move_selection(step)
