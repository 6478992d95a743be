"""What a scanned code does. Owns where a scan is welcome; refuses to type it, to press with it, and to show it."""

import re
from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.books import SaleRow
from kiosk.domain.sale_search import SaleSearch
from kiosk.presenters.cart import CartPresenter, may_edit
from kiosk.presenters.code_setup import CodePresenter
from kiosk.presenters.desk import Desk
from kiosk.presenters.page import Page, page_of
from kiosk.presenters.sales import SalesPresenter
from kiosk.presenters.search import ItemIndex
from kiosk.presenters.slip import SlipPresenter
from kiosk.presenters.state import Approving, Doubt, KeyingSlip, Store, listed_sales
from kiosk.presenters.wallet import WalletPresenter
from kiosk.presenters.words import Words
from kiosk.services.notices import Scanned, ScanUnreadable

_SLIP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z0-9]{1,9}-[A-Z]\d{4}-\d{6,}", re.ASCII)
"""What our slips carry: the sale's id in the QR, the serial number beside it. No payment code looks like either."""


class ScanPresenter:
    """What a code does where it is welcome: an item's, a 納付書's, a wallet's, a sale's; else a sentence."""

    def __init__(
        self,
        store: Store,
        words: Words,
        index: Callable[[], ItemIndex],
        cart: CartPresenter,
        sales: SalesPresenter,
        setup: CodePresenter,
        desk: Desk,
        warn: Callable[[], None],
        slip: SlipPresenter,
        wallet: WalletPresenter,
    ) -> None:
        self._store, self._words, self._index = store, words, index
        self._cart, self._sales, self._setup, self._desk, self._warn = cart, sales, setup, desk, warn
        self._slip, self._wallet = slip, wallet

    def handle(self, notice: Scanned | ScanUnreadable) -> None:
        if isinstance(notice, ScanUnreadable):
            self._refuse("scan_unreadable")
            return
        code = notice.text.strip()
        state = self._store.state
        page = page_of(state)
        if page in (Page.SALE, Page.BUSY) and self._wallet.take(notice.text):
            return
        if page is Page.SALES and not isinstance(state.stage, Approving):
            self._find_sale(code)
        elif page is Page.CODE and state.setting_up is None:
            self._setup.scanned(notice.text)  # byte for byte
        elif page is Page.SALE and may_edit(state):
            self._add_item(code)
        elif isinstance(state.stage, KeyingSlip):
            self._take_slip(code)
        else:
            self._refuse("scan_not_now")

    def _add_item(self, code: str) -> None:
        item = self._index().by_scan(code)
        if item is not None:
            before = self._store.state
            self._cart.select_item(item.code)
            if self._store.state.cart is before.cart and self._store.state.stage is before.stage:
                self._warn()  # the cart has said why it takes no more
        elif not self._take_slip(code) and not self._wallet.is_early(code):
            self._refuse("scan_slip" if _SLIP.fullmatch(code) else "scan_unknown")

    def _take_slip(self, code: str) -> bool:
        """A 納付書, while one may be keyed; anything else has no place in its form."""
        found = self._slip.scan(code)
        if not found and isinstance(self._store.state.stage, KeyingSlip):
            self._refuse("scan_not_now")
        elif found and self._store.state.message is not None:
            self._warn()
        return found

    def _find_sale(self, code: str) -> None:
        """Look at the sale of a slip: the one in the list, or an earlier one of this counter's journal."""
        sale = next((sale for sale in listed_sales(self._store.state) if _is_of(sale, code)), None)
        if sale is not None:
            self._sales.select(sale.sale_id)
        elif _SLIP.fullmatch(code):
            self._desk.archive.find(SaleSearch(number=code))
        else:
            self._refuse("scan_no_slip")

    def _refuse(self, rule: str) -> None:
        if not isinstance(self._store.state.stage, Doubt):  # nothing may stand where 結果不明 stands
            self._store.set(replace(self._store.state, message=self._words.refusal(rule)))
        self._warn()


def _is_of(sale: SaleRow, code: str) -> bool:
    return code == sale.sale_id or any(code == document.serial_number for document in sale.documents)
