"""A counter's configuration: master files as a city's staff, a spreadsheet or an accident write them."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path

from drivers.printer.escpos.settings import PrinterSettingsError, parse_escpos_device
from kiosk.code_operators import read_code_operators
from kiosk.domain.money import YEN_MAX
from kiosk.domain.tender import TenderKind
from kiosk.profile import load_profile
from kiosk.profile_counter import read_exemptions, read_operators, read_tenders, read_unfinished
from kiosk.profile_items import Catalog, read_accounts, read_items, read_taxes
from kiosk.profile_slips import read_slips
from kiosk.profile_source import ProfileError, Source
from receipts.paper import CHARACTER_SETS, PaperProfileError, parse_paper_profile
from tests.fuzz.target import Target, assert_one_line, assert_yen

CONFIG = Path(__file__).parents[2] / "config"
DAY = date(2026, 11, 23)
COUNTER = "counters/shiminka.toml"


def _source(name: str) -> Source:
    return Source(name, (CONFIG / name).read_text("utf-8"))


@cache
def _catalog() -> Catalog:
    categories = ("certificate", "tax", "facility", "museum", "goods", "parking")
    accounts, taxes = read_accounts(_source("accounts.csv")), read_taxes(_source("taxes.toml"))
    return Catalog(accounts, taxes, categories, tuple(TenderKind), YEN_MAX)


def _read(name: str, text: str) -> object:
    source = Source(name, text)
    match name:
        case "tenders.toml":
            return read_tenders(source)
        case "unfinished.toml":
            return read_unfinished(source, read_tenders(_source("tenders.toml")).values())
        case "code_operators.toml":
            return read_code_operators(source)
        case "exemptions.toml":
            return read_exemptions(source)
        case "operators.toml":
            return read_operators(source)
        case "slips.toml":
            return read_slips(source)
        case "taxes.toml":
            return read_taxes(source)
        case _:
            return read_accounts(source)


def _master(name: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        try:
            read = _read(name, data.decode("utf-8", "replace"))
        except ProfileError as error:
            assert_one_line(error, about=name)
            return
        assert read is not None

    return check


def items(data: bytes) -> None:
    """A row that is taken has a price in yen within the counter's cap, and names what the catalog has."""
    catalog = _catalog()
    try:
        rows = read_items(Source("items/x.csv", data.decode("utf-8", "replace")), catalog, DAY)
    except ProfileError as error:
        assert_one_line(error)
        return
    for item in (*rows.holding, *rows.coming):
        assert_yen(item.price_yen, most=catalog.cap_yen)
        assert (item.price_yen == 0) is bool(item.free_reason or item.slip)
        assert not (item.free_reason and item.slip)
        assert item.account.code in catalog.accounts
        assert item.tenders


@cache
def _folder() -> Path:
    """A copy of the configuration whose counter file is written over."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-config-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(CONFIG, folder, dirs_exist_ok=True)
    return folder


def counter(data: bytes) -> None:
    """The whole profile loads, or one line says where and what."""
    path = _folder() / COUNTER
    path.write_bytes(data)
    try:
        profile = load_profile(path, on=DAY)
    except ProfileError as error:
        assert_one_line(error, about=str(_folder()))
        return
    assert profile.operators
    assert_yen(profile.cart_cap_yen, most=YEN_MAX)
    assert all(item.price_yen <= profile.cart_cap_yen for item in profile.items)
    assert len({tender.kind for tender in profile.tenders}) == len(profile.tenders)


def printer(data: bytes) -> None:
    """Both readers of a printer's file."""
    text = data.decode("utf-8", "replace")
    try:
        paper = parse_paper_profile(text, "printers/x.toml")
    except PaperProfileError as error:
        assert_one_line(error)
    else:
        assert paper.character_sets <= set(CHARACTER_SETS)
        assert type(paper.columns) is type(paper.width_dots) is int
        assert paper.columns * paper.cell_width_dots <= paper.width_dots
    try:
        parse_escpos_device(text, "printers/x.toml")
    except PrinterSettingsError as error:
        assert_one_line(error)


def _rows(name: str, count: int = 4) -> Iterable[bytes]:
    """The file's header with each few of its rows: short inputs are explored best."""
    head, *rows = (CONFIG / name).read_bytes().splitlines(keepends=True)
    return [head + b"".join(rows[at : at + count]) for at in range(0, min(len(rows), 24), count)]


def _whole(name: str) -> Iterable[bytes]:
    return [(CONFIG / name).read_bytes()]


def _toml(name: str, runs: int, parsers: tuple[str, ...] = ()) -> Target:
    return Target(
        f"profile-{name.partition('.')[0]}",
        ("kiosk.profile_toml", "kiosk.profile_source", *parsers),
        _master(name),
        lambda: _whole(name),
        runs,
        1500,
    )


TARGETS = (
    _toml("tenders.toml", 2_000, ("kiosk.profile_counter",)),
    _toml("unfinished.toml", 1_000, ("kiosk.profile_counter",)),
    _toml("code_operators.toml", 1_000, ("kiosk.code_operators",)),
    _toml("exemptions.toml", 2_000, ("kiosk.profile_counter",)),
    _toml("operators.toml", 2_000, ("kiosk.profile_counter",)),
    _toml("slips.toml", 2_000, ("kiosk.profile_slips",)),
    _toml("taxes.toml", 2_000, ("kiosk.profile_items",)),
    Target(
        "profile-accounts",
        ("kiosk.profile_csv", "kiosk.profile_items"),
        _master("accounts.csv"),
        lambda: _rows("accounts.csv"),
        10_000,
        700,
    ),
    Target(
        "profile-items",
        ("kiosk.profile_csv", "kiosk.profile_items"),
        items,
        lambda: (*_rows("items/shiminka.csv"), *_rows("items/sanage.csv")),
        10_000,
        900,
    ),
    Target(
        "profile-counter",
        ("kiosk.profile", "kiosk.profile_side", "kiosk.profile_toml"),
        counter,
        lambda: _whole(COUNTER),
        500,
        4_000,
    ),
    Target(
        "printer-profile",
        ("receipts.paper", "drivers.printer.escpos.settings"),
        printer,
        lambda: [path.read_bytes() for path in sorted((CONFIG / "printers").glob("*.toml"))],
        3_000,
        1_200,
    ),
)
