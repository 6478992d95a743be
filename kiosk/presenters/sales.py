"""The sales in sight. Owns which one is looked at; refuses to change any of them."""

from dataclasses import replace

from kiosk.domain.operation import State
from kiosk.domain.record import is_terminal_slip
from kiosk.presenters.desk import Desk
from kiosk.presenters.state import Approving, Done, Doubt, Editing, Store, View, listed_sales, looked_at, waiting_doubt
from kiosk.presenters.words import Words
from kiosk.services.notices import DocumentChanged, Printing, SalesListed, SlipShown


class SalesPresenter:
    """List, look, print again."""

    def __init__(self, store: Store, words: Words, desk: Desk) -> None:
        self._store = store
        self._words = words
        self._desk = desk

    def show(self) -> None:
        self._store.set(replace(self._store.state, view=View.SALES, found=None, finding=None, message=None))
        self._desk.list_sales()

    def select(self, sale_id: str) -> None:
        if not isinstance(self._store.state.stage, Approving):
            self._store.set(replace(self._store.state, selected_sale=sale_id, message=None))

    def move_selection(self, step: int) -> None:
        names: list[str] = [sale.sale_id for sale in listed_sales(self._store.state)]
        if names:
            selected = self._store.state.selected_sale
            at = names.index(selected) + step if selected in names else 0
            self.select(names[max(0, min(at, len(names) - 1))])

    def reprint(self) -> None:
        """Print the looked-at sale's document again, or the finished sale's: a 再発行, marked as one."""
        state = self._store.state
        if state.view is View.SALE and isinstance(state.stage, Done):
            sale_id = state.stage.sale_id
        else:
            sale = looked_at(state)
            sale_id = sale.sale_id if sale else None
        if sale_id is not None:
            self._desk.printing.reprint(sale_id)

    def settle(self) -> None:
        """Go to the looked-at sale's open doubt."""
        state = self._store.state
        operation = next((x for x in state.doubts if x.prepared.sale_id == state.selected_sale), None)
        if operation is None:
            return
        if isinstance(state.stage, Done) or (isinstance(state.stage, Editing) and not state.cart.lines):
            self._store.set(replace(state, stage=Doubt(operation), view=View.SALE, message=None))
        else:
            self._store.set(replace(state, message=self._words.refusal("sale_in_work")))

    def handle(self, notice: SalesListed | DocumentChanged | SlipShown) -> None:
        state = self._store.state
        match notice:
            case SlipShown(sale_id, modules):
                self._store.set(replace(state, slips={sale_id: modules}))
            case SalesListed():
                doubts = tuple(x for x in notice.unsettled if x.state is State.IN_DOUBT)
                known = {sale.sale_id for sale in (state.found or notice).sales}
                kept = state.selected_sale if state.selected_sale in known else ""
                first = next((sale.sale_id for sale in (state.found or notice).sales), "")
                state = replace(state, sales=notice, doubts=doubts, selected_sale=kept or first)
                idle = isinstance(state.stage, Editing) and not state.cart.lines and state.view is View.SALE
                # What an earlier run left open comes before the next citizen.
                waiting = waiting_doubt(state)
                self._store.set(replace(state, stage=Doubt(waiting)) if idle and waiting else state)
                if state.found is not None and state.view is View.SALES:
                    self._desk.archive.find(state.found.search)
            case DocumentChanged() if is_terminal_slip(notice.document_kind):
                # The paper itself tells the clerk; only where it may be missing is there something to say.
                if notice.printing not in (Printing.WAITING, Printing.UNKNOWN, Printing.FAILED):
                    if notice.sale_id in state.lost_slips:  # it waited, and goes on
                        others = {key: slip for key, slip in state.lost_slips.items() if key != notice.sale_id}
                        self._store.set(replace(state, lost_slips=others))
                    return
                if notice.sale_id:
                    self._store.set(replace(state, lost_slips={**state.lost_slips, notice.sale_id: notice}))
                else:
                    self._store.set(replace(state, message=self._words.document(notice)))
            case DocumentChanged(sale_id):
                self._store.set(replace(state, documents={**state.documents, sale_id: notice}))
                if state.view is View.SALES:
                    self._desk.list_sales()
