"""Picking items. Owns category, search, selected line and keyed quantity; refuses to freeze or pay a cart."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.cart import QUANTITY_MAX, Cart, CartError, CartLine
from kiosk.domain.item import Item
from kiosk.presenters.search import QUERY_LENGTH_MAX, ItemIndex
from kiosk.presenters.state import Done, Editing, Exempting, Offered, StaffState, Store
from kiosk.presenters.words import Words


def may_edit(state: StaffState) -> bool:
    """Items can be picked: while editing, while a tender is awaited (the offer then falls), after a finished sale."""
    return isinstance(state.stage, Editing | Offered | Done) and state.operator is not None


def new_sale(state: StaffState) -> StaffState:
    """An empty cart; its revision goes on, so that a late tap for an older cart finds nothing."""
    cart = Cart(revision=state.cart.revision + 1, cap_yen=state.cart.cap_yen)
    return replace(
        state,
        cart=cart,
        stage=Editing(),
        selected="",
        keyed="",
        message=None,
        instead_of=None,
        el_qr_scanned=False,
    )


class CartPresenter:
    """What the item side and the cart's keys do."""

    def __init__(
        self,
        store: Store,
        words: Words,
        index: Callable[[], ItemIndex],
        begin_slip: Callable[[Item], None],
    ) -> None:
        """``begin_slip`` opens the form of an item that is paid by 納付書."""
        self._store = store
        self._words = words
        self._index = index
        self._begin_slip = begin_slip

    def choose_category(self, code: str) -> None:
        self._store.set(replace(self._store.state, category=code, query=""))

    def search(self, text: str) -> None:
        self._store.set(replace(self._store.state, query=text[:QUERY_LENGTH_MAX]))

    def select_found(self) -> None:
        """Enter in the search field: pick the item when exactly one is found (a barcode, a code)."""
        query = self._store.state.query
        found = self._index().find(query) if query.strip() else ()
        by_barcode = tuple(item for item in found if query in (item.barcode, item.code))
        if len(by_barcode or found) == 1:
            self.select_item((by_barcode or found)[0].code)
            self._store.set(replace(self._store.state, query=""))
        else:
            self._refuse("search_not_one")

    def select_item(self, code: str) -> None:
        """Add one of an item; after a finished sale this begins the next one."""
        item = self._index().by_code.get(code)
        if item is None or not may_edit(self._store.state):
            return
        if item.slip is not None:
            self._begin_slip(item)
            return
        if isinstance(self._store.state.stage, Done):
            self._store.set(new_sale(self._store.state))
        self._change(lambda cart: cart.add(item), selected=code)

    def select_line(self, code: str) -> None:
        if may_edit(self._store.state) and _line(self._store.state, code):
            self._store.set(replace(self._store.state, selected=code, keyed=""))

    def move_selection(self, step: int) -> None:
        codes = [line.key for line in self._store.state.cart.lines]
        if codes:
            selected = self._store.state.selected
            at = codes.index(selected) + step if selected in codes else 0
            self.select_line(codes[max(0, min(at, len(codes) - 1))])

    def digit(self, digit: str) -> None:
        """Key the selected line's quantity; the first digit replaces it. A zero alone changes nothing."""
        state = self._store.state
        keyed = (state.keyed + digit).lstrip("0")
        if not state.selected or not keyed:
            return
        if int(keyed) > QUANTITY_MAX:
            self._refuse("quantity_range")
            return
        self.set_quantity(int(keyed))
        self._store.set(replace(self._store.state, keyed=keyed))

    def correct(self) -> None:
        """訂正: take back the last digit; with none left the quantity is one again."""
        state = self._store.state
        if state.selected:
            keyed = state.keyed[:-1]
            self.set_quantity(int(keyed or "1"))
            self._store.set(replace(self._store.state, keyed=keyed))

    def step_quantity(self, step: int) -> None:
        line = _line(self._store.state, self._store.state.selected)
        if line and line.quantity + step >= 1:
            self.set_quantity(line.quantity + step)

    def set_quantity(self, quantity: int) -> None:
        code = self._store.state.selected
        if code:
            self._change(lambda cart: cart.set_quantity(code, quantity), selected=code)

    def remove(self) -> None:
        """Remove the selected line; the next one is selected."""
        state = self._store.state
        codes = [line.key for line in state.cart.lines]
        if state.selected in codes:
            rest = [code for code in codes if code != state.selected]
            following = rest[min(codes.index(state.selected), len(rest) - 1)] if rest else ""
            self._change(lambda cart: cart.remove(state.selected), selected=following)

    def exempt(self, change: Callable[[Cart], Cart]) -> None:
        """Put a full exemption on the cart, or take it off, once one is being chosen."""
        if isinstance(self._store.state.stage, Exempting):
            self._store.set(
                replace(self._store.state, cart=change(self._store.state.cart), stage=Editing(), message=None)
            )

    def _change(self, change: Callable[[Cart], Cart], *, selected: str) -> None:
        state = self._store.state
        if not may_edit(state) or isinstance(state.stage, Done):
            return
        try:
            cart = change(state.cart)
        except CartError as error:
            self._refuse(error.rule)
            return
        message = self._words.refusal("offer_changed") if isinstance(state.stage, Offered) else None
        stage = replace(state.stage, unpaid=False) if isinstance(state.stage, Editing) else Editing()
        self._store.set(replace(state, cart=cart, stage=stage, selected=selected, keyed="", message=message))

    def _refuse(self, rule: str) -> None:
        self._store.set(replace(self._store.state, message=self._words.refusal(rule)))


def _line(state: StaffState, code: str) -> CartLine | None:
    return next((line for line in state.cart.lines if line.key == code), None)
