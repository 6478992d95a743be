"""State -> the left side: welcome, item keys, tables. Refuses anything about the current money."""

from collections.abc import Callable
from datetime import date

from kiosk.domain.books import SaleRow
from kiosk.domain.business_day import DayState
from kiosk.domain.daily_log import LogReview, differences
from kiosk.domain.item import Item
from kiosk.domain.operation import Operation, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import LogEntry
from kiosk.domain.sale_search import SaleSearch
from kiosk.presenters.compose_code import code_keys, code_table
from kiosk.presenters.compose_slips import slips_under_way
from kiosk.presenters.page import Page
from kiosk.presenters.screen import (
    Act,
    Choice,
    Column,
    ItemKey,
    ItemsPart,
    Key,
    LeftPart,
    Row,
    TablePart,
    Tone,
    WelcomePart,
)
from kiosk.presenters.search import ItemIndex
from kiosk.presenters.slip import item_name
from kiosk.presenters.state import WALLET_WORDS, Approving, CounterSetup, StaffState, View, listed_sales
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import is_unfinished
from kiosk.services.notices import Asking, ClosingProgress, Light

ALL = ""
"""Category code of the tab with every item."""

STANDING_TONES: dict[Standing, Tone] = {
    Standing.UNPAID: Tone.NEUTRAL,
    Standing.PAID: Tone.SUCCESS,
    Standing.VOIDED: Tone.WARNING,
    Standing.REFUNDED: Tone.WARNING,
    Standing.IN_DOUBT: Tone.DOUBT,
}
KEY_MAP = (
    ("F1", "help"),
    ("F2", "search"),
    ("F3 F4", "category"),
    ("PageUp PageDown", "page"),
    ("Q W E R T …", "item"),
    ("↑ ↓", "line"),
    ("0 … 9", "quantity"),
    ("+ −", "step"),
    ("Backspace", "correct"),
    ("Delete", "remove"),
    ("F5 … F8", "tender"),
    ("F9", "exempt"),
    ("F10", "menu"),
    ("F11", "sales"),
    ("F2 F3 F4", "find"),
    ("F12", "main"),
    ("Esc", "cancel"),
    ("Tab", "focus"),
)
"""The F1 map: keyboard keys and the catalogue key of what each does."""
LIGHT_TONES = {
    Light.GOOD: Tone.SUCCESS,
    Light.ATTENTION: Tone.WARNING,
    Light.BAD: Tone.ERROR,
    Light.UNKNOWN: Tone.NEUTRAL,
}


def time_of(at: str) -> str:
    """``HH:MM`` of an ISO 8601 wall time."""
    return at[11:16]


def summary(sale: SaleRow, texts: Texts) -> str:
    """The first line's name, and how many more."""
    if not sale.lines:
        return ""
    first = sale.lines[0]
    name = texts("sales.line", name=first.name, quantity=first.quantity)
    more = len(sale.lines) - 1
    return texts("sales.more", first=name, more=more) if more else name


def standing_word(sale: SaleRow, texts: Texts) -> str:
    return texts("standing.free") if sale.free else texts(f"standing.{sale.standing}")


def device_name(setup: CounterSetup, device: str) -> str:
    """A device as people know it: by the tenders it takes."""
    return "、".join(tender.name for tender in setup.tenders if tender.device == device) or device


def _when(sale: SaleRow, day: date | None) -> str:
    """The time, with the date where it is not that of the list."""
    return time_of(sale.at) if sale.business_date == day else f"{sale.business_date:%Y/%m/%d} {time_of(sale.at)}"


class LeftComposer:
    """Composes the left side; item keys are made once per selection of items."""

    def __init__(self, setup: CounterSetup, texts: Texts, index: Callable[[], ItemIndex]) -> None:
        self._setup = setup
        self._texts = texts
        self._index = index
        self._shown: tuple[ItemIndex, str, str] | None = None
        self._keys: tuple[ItemKey, ...] = ()

    def part(self, state: StaffState, page: Page) -> LeftPart:
        match page:
            case Page.SIGN_IN | Page.DAY:
                return self._welcome(state)
            case Page.SALES:
                return self._sales(state)
            case Page.CLOSE:
                return self._close(state)
            case Page.MENU:
                return self._menu(state)
            case Page.HELP:
                return self._help()
            case Page.CODE:
                return code_table(self._setup, self._texts, state)
            case Page.SALE | Page.BUSY:
                if isinstance(state.stage, Approving) and state.view in (View.SALES, View.CLOSE):
                    return self._sales(state) if state.view is View.SALES else self._close(state)
                return slips_under_way(state, self._texts) or self._items(state, dimmed=page is Page.BUSY)

    def _welcome(self, state: StaffState) -> WelcomePart:
        texts = self._texts
        day = state.day.day if state.day else None
        rows = [(texts("welcome.today"), texts.date(state.today))]
        rows.append((texts("welcome.day"), texts(f"day.{day.state if day else DayState.NOT_OPENED}")))
        if day and day.business_date:
            rows.append((texts("welcome.last_day"), texts.date(day.business_date)))
        if state.operator:
            rows.append((texts("welcome.operator"), f"{state.operator.name} {state.operator.title}".strip()))
        return WelcomePart(self._setup.counter_name, self._setup.office_name, tuple(rows))

    def _items(self, state: StaffState, *, dimmed: bool) -> ItemsPart:
        tabs = [(category.code, category.name, category.color) for category in self._setup.categories]
        tabs.append((ALL, self._texts("items.all"), ""))
        chosen = state.category if not state.query else None
        categories = tuple(Choice(code, name, selected=code == chosen, color=color) for code, name, color in tabs)
        return ItemsPart(categories, state.query, self._item_keys(state), dimmed, self._texts("items.empty"))

    def _item_keys(self, state: StaffState) -> tuple[ItemKey, ...]:
        index = self._index()
        wanted = (index, state.category, state.query)
        if self._shown != wanted:
            self._shown = wanted
            self._keys = tuple(self._item_key(item) for item in _chosen(index, state))
        return self._keys

    def _item_key(self, item: Item) -> ItemKey:
        price = self._texts("slip.price") if item.slip else self._texts.yen(item.price_yen)
        return ItemKey(item.code, item_name(item, self._texts), price)

    def _sales(self, state: StaffState) -> TablePart:
        texts, found = self._texts, state.found
        day = found.search.business_date if found else state.sales.business_date if state.sales else None
        columns = (
            Column(texts("sales.date_time"), 8, figures=True)
            if found and day is None
            else Column(texts("sales.time"), 4, figures=True),
            Column(texts("sales.items"), 10),
            Column(texts("sales.tender"), 8),
            Column(texts("sales.amount"), 6, figures=True),
            Column(texts("sales.standing"), 6, chip=True),
        )
        sales = listed_sales(state)
        rows = tuple(
            Row(
                sale.sale_id,
                (
                    _when(sale, day),
                    summary(sale, texts),
                    sale.operations[-1].prepared.tender_name if sale.operations else texts("tender.none"),
                    texts.yen(sale.amount_yen),
                    standing_word(sale, texts),
                ),
                Tone.NEUTRAL if sale.free else STANDING_TONES[sale.standing],
            )
            for sale in sales
        )
        keys = self._sales_keys(state, stepping=day is not None and (found is None or found.search == SaleSearch(day)))
        empty = texts("sales.empty" if found is None else "sales.none_found")
        return TablePart(self._sales_title(state), keys, columns, rows, state.selected_sale, empty)

    def _sales_title(self, state: StaffState) -> str:
        texts, found = self._texts, state.found
        if found is None:
            return texts("sales.title")
        day = found.search.business_date
        if day is not None and found.search == SaleSearch(day):
            return texts("sales.title_of_day", date=texts.date(day))
        return texts("sales.title_cut" if found.cut else "sales.title_found", count=len(found.sales))

    def _sales_keys(self, state: StaffState, *, stepping: bool) -> tuple[Key, ...]:
        texts = self._texts
        free = state.finding is None and not isinstance(state.stage, Approving)
        keys = [
            Key(Act.DAY_BEFORE, texts("key.day_before"), free and stepping, "F3"),
            Key(Act.DAY_AFTER, texts("key.day_after"), free and stepping and state.found is not None, "F4"),
            Key(Act.FIND, texts("key.find"), free, "F2"),
        ]
        if state.found is not None:
            keys.append(Key(Act.SHOW_SALES, texts("key.today"), free, "F11"))
        return tuple(keys)

    def _close(self, state: StaffState) -> TablePart:
        texts = self._texts
        columns = (
            Column(texts("close.tender"), 6, chip=True),
            Column(texts("close.count"), 2, figures=True),
            Column(texts("close.amount"), 3, figures=True),
        )
        totals = {total.tender: total for total in (state.sales.totals if state.sales else ())}
        rows = []
        for tender in self._setup.tenders:
            total = totals.get(tender.kind)
            count, amount = (total.count, total.amount_yen) if total else (0, 0)
            rows.append(Row("", (tender.name, texts("count", count=count), texts.yen(amount))))
        free = sum(1 for sale in state.sales.sales if sale.free) if state.sales else 0
        rows.append(Row("", (texts("close.free"), texts("count", count=free), texts.yen(0))))
        rows += [
            _open_row(texts, "close.unfinished" if is_unfinished(each) else "close.doubt", each)
            for each in state.doubts
        ]
        rows += [_open_row(texts, "close.follow_up", each) for each in (state.sales.follow_ups if state.sales else ())]
        rows += [self._asked_row(each) for each in state.asked]
        rows += [row for each in state.compared for row in self._log_rows(each)]
        return TablePart(texts("close.title"), (), columns, tuple(rows))

    def _asked_row(self, asked: ClosingProgress) -> Row:
        """A terminal whose own day is asked for, and how far that is."""
        texts = self._texts
        tones = {Asking.ANSWERED: Tone.SUCCESS, Asking.SILENT: Tone.WARNING}
        word = texts.first(f"closing.{asked.phase}.word", "closing.processing.word")
        tone = tones[Asking(asked.phase)] if asked.phase in tones else Tone.NEUTRAL
        return Row("", (texts("closing.row", name=device_name(self._setup, asked.device)), "", word), tone)

    def _log_rows(self, review: LogReview) -> list[Row]:
        """A terminal's own day beside ours: what differs, the terminal's less ours, and what a person looks for."""
        texts, log = self._texts, review.compared
        name = device_name(self._setup, log.device)
        if log.unavailable:
            return [Row("", (texts("close.no_log", name=name), "", ""), Tone.WARNING)]
        rows = [
            Row(
                "",
                (
                    texts("close.difference", brand=each.brand or name),
                    texts("count", count=f"{each.count:+}"),
                    texts("yen", amount=f"{each.amount_yen:+,}"),
                ),
                Tone.WARNING,
            )
            for each in differences(log)
        ]
        for key, entries in (("close.only_ours", log.only_ours), ("close.only_theirs", log.only_theirs)):
            rows += [self._entry_row(key, each) for each in entries]
        for pair in log.differing:
            rows.append(self._entry_row("close.differing_ours", pair.ours))
            rows.append(self._entry_row("close.differing_theirs", pair.theirs))
        if log.left_out:
            rows.append(Row("", (texts("close.left_out"), texts("count", count=log.left_out), "")))
        if review.to_tick:
            count = texts("count", count=len(review.to_tick))
            rows.append(Row("", (texts("close.to_tick", name=name), count, ""), Tone.WARNING))
            rows += [self._entry_row("close.tick", each) for each in review.to_tick]
        return rows

    def _entry_row(self, key: str, entry: LogEntry) -> Row:
        texts = self._texts
        facts = " ".join(each for each in (entry.brand, entry.at) if each)
        return Row("", (texts(key, slip=entry.slip_number, facts=facts).strip(), "", texts.yen(entry.amount_yen)))

    def _menu(self, state: StaffState) -> TablePart:
        texts = self._texts
        keys = (
            Key(Act.SHOW_SALES, texts("key.show_sales"), letter="F11"),
            Key(Act.SHOW_CLOSE, texts("key.show_close"), bool(state.day and state.day.day.state is DayState.OPEN)),
            *code_keys(self._setup, texts),
            *((Key(Act.OPEN_DRAWER, texts("key.open_drawer")),) if self._setup.has_drawer else ()),
            Key(Act.SHOW_HELP, texts("key.show_help"), letter="F1"),
            Key(Act.SIGN_OUT, texts("key.sign_out"), not state.cart.lines),
        )
        columns = (
            Column(texts("status.part"), 2),
            Column(texts("status.light"), 2, chip=True),
            Column(texts("status.next"), 7),
        )
        rows: list[Row] = []
        if state.status is not None:
            status = state.status
            for name, part in (
                ("terminal", status.terminal),
                ("printer", status.printer),
                ("paper", status.paper),
                ("register", status.register),
                ("scanner", status.scanner),
                ("display", status.display),
            ):
                if part is None:
                    continue
                about = texts.preferring(WALLET_WORDS) if self._setup.pays_by_service_alone else texts
                advice = about.first(f"status.{part.reason}", f"status.{name}.{part.light}", f"status.{part.light}")
                cells = (about(f"lamp.{name}"), texts(f"lamp.{part.light}"), advice)
                rows.append(Row("", cells, LIGHT_TONES[part.light]))
            waiting = status.sync.head_seq - status.sync.acked_seq
            sent = texts("status.unsent", count=waiting) if waiting else texts("status.all_sent")
            tone = Tone.WARNING if waiting else Tone.SUCCESS
            rows.append(Row("", (texts("status.sync"), texts("count", count=waiting), sent), tone))
        return TablePart(texts("menu.title"), keys, columns, tuple(rows), empty=texts("status.none"))

    def _help(self) -> TablePart:
        texts = self._texts
        columns = (Column(texts("help.key"), 3), Column(texts("help.does"), 7))
        rows = tuple(Row("", (key, texts(f"help.{name}"))) for key, name in KEY_MAP)
        return TablePart(texts("help.title"), (), columns, rows)


def _open_row(texts: Texts, key: str, operation: Operation) -> Row:
    """What is open, until when the brand answers an inquiry, and over how much."""
    seen = operation.seen
    until = seen.inquire_by if seen else None
    when = texts("close.until", month=until.month, day=until.day) if until else texts("count", count=1)
    cells = (texts(key, brand=seen.brand if seen else ""), when, texts.yen(operation.prepared.amount_yen))
    return Row("", cells, Tone.DOUBT if operation.state is State.IN_DOUBT else Tone.WARNING)


def _chosen(index: ItemIndex, state: StaffState) -> tuple[Item, ...]:
    if state.query.strip():
        return index.find(state.query)
    return index.items if state.category == ALL else index.in_category(state.category)
