"""A counter's configuration as one frozen value. Owns which files make it up; refuses to load half of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from drivers.codes.cpm import CodeOperators
from kiosk.code_operators import FILE as CODE_OPERATORS
from kiosk.code_operators import NO_OPERATORS, read_code_operators
from kiosk.domain.cart import Exemption
from kiosk.domain.item import Item
from kiosk.domain.money import YEN_MAX, Yen
from kiosk.domain.operator import Operator
from kiosk.domain.slip import ElQrRule
from kiosk.domain.tender import RefundWay, Tender, TenderKind
from kiosk.domain.unfinished import UnfinishedRule
from kiosk.profile_counter import (
    PEPPERED,
    TenderMaster,
    read_exemptions,
    read_operators,
    read_refund,
    read_tenders,
    read_unfinished,
)
from kiosk.profile_drivers import DRIVERS, PAYMENT_DRIVER_GROUP, PRINTER_DRIVERS, DriverRule
from kiosk.profile_items import Catalog, one_of, read_accounts, read_items, read_taxes
from kiosk.profile_layouts import read_approved
from kiosk.profile_side import (
    BAUD_DEFAULT,
    BAUD_MAX,
    DisplayProfile,
    ScannerProfile,
    read_display,
    read_scanner,
    serial_port,
)
from kiosk.profile_slips import SLIPS_FILE, SlipMasters, read_slips
from kiosk.profile_source import MasterFiles, ProfileError, check_code, check_text, shown
from kiosk.profile_symbol import read_symbol
from kiosk.profile_toml import Table, read_toml
from kiosk.profile_use import CounterUse, read_use
from receipts.layouts import Layouts
from receipts.qr_form import PAYMENT, QrForm

TCP_PORT_MAX = 65_535
OPTION_MAX = 1_000_000
"""No driver option is a larger number; a larger one is two values run together."""

_MUNICIPALITY_CODE = re.compile(r"\d{6}", re.ASCII)
_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_TCP_PORT = re.compile(r"tcp://[^\s/@?#]+:(\d{1,5})", re.ASCII)
_PREFIX = re.compile(r"[A-Z0-9]{1,8}", re.ASCII)
_TELEPHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}", re.ASCII)
_SERVICE = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?/?", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
LANGUAGES = ("ja", "en")
Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Category:
    """A group of item keys. ``color`` is #rrggbb, shown beside the name, never alone."""

    code: str
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """A payment device. ``port`` is empty for drivers without a line."""

    name: str
    driver: str
    port: str
    baud: int
    options: Mapping[str, str | int]
    training: bool = False
    """Used for practice: nothing it approves may be money."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """The receipt printer. ``paper`` names a file in config/printers without its ending; empty for ``pdf``."""

    name: str
    driver: str
    port: str
    baud: int
    paper: str
    options: Mapping[str, str | int]

    @property
    def has_drawer(self) -> bool:
        """Whether the cash drawer opens through it."""
        return bool(self.options.get("drawer", 0))


@dataclass(frozen=True, slots=True)
class CounterProfile:
    """Everything that is data about one counter, as it holds on one day."""

    kiosk_id: str
    municipality: str
    municipality_code: str
    counter_code: str
    counter_name: str
    telephone: str
    serial_prefix: str
    cart_cap_yen: Yen
    register_url: str
    """Base URL of the central register; empty for a counter that stands alone."""
    register_ca: str
    """A PEM file of the authority that vouches for the register; empty for those the system's programs trust."""
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    """Those that hold on the day, in the order of the item file."""
    coming_items: tuple[Item, ...]
    """Versions that begin on a later day; a window left open overnight changes to them by itself."""
    tenders: tuple[Tender, ...]
    unfinished: tuple[UnfinishedRule, ...]
    """Every brand's rules for 処理未了, those of later days too: the day of the sale chooses."""
    exemptions: tuple[Exemption, ...]
    el_qr: tuple[ElQrRule, ...]
    """What holds for slips with an eL-QR, every version."""
    operators: tuple[Operator, ...]
    devices: tuple[DeviceProfile, ...]
    printer: PrinterProfile | None
    layouts: Layouts = field(repr=False)
    """What its paper looks like: every approved version."""
    master_version: str
    """Twelve hexadecimal digits over the bytes of every master file read."""
    items_by_code: Mapping[str, Item] = field(repr=False, compare=False)
    training: bool = False
    """訓練: a counter for practice; see kiosk.training."""
    scanner: ScannerProfile | None = None
    display: DisplayProfile | None = None
    languages: tuple[str, ...] = LANGUAGES
    """What the counter's signs speak (BCP 47), its own people's language first."""
    use: CounterUse = field(default_factory=CounterUse)
    """How often it is used, and what is expected a month."""
    symbol: QrForm = PAYMENT
    """How its payment code is drawn."""
    code_operators: CodeOperators = NO_OPERATORS
    """Whose code a citizen's phone shows; read where a service charges wallets."""
    pin_pepper: Path | None = None
    """File of the secret behind peppered PIN hashes; it is no master file and stands outside ``config/``."""

    def item(self, code: str) -> Item:
        """The item with ``code``. Raises KeyError when this counter does not sell it on the day."""
        return self.items_by_code[code]

    def tender(self, kind: TenderKind) -> Tender:
        """The tender of ``kind``; one at most. Raises KeyError when this counter does not take it."""
        for tender in self.tenders:
            if tender.kind is kind:
                return tender
        raise KeyError(kind.value)

    def kinds_on(self, device: str) -> tuple[TenderKind, ...]:
        """What the named device takes at this counter."""
        return tuple(tender.kind for tender in self.tenders if tender.device == device)


def load_profile(path: Path, *, on: date, overrides: Mapping[str, str] = MappingProxyType({})) -> CounterProfile:
    """Read ``config/counters/NAME.toml`` and every master file it names, for the day ``on``.

    ``overrides`` replaces, after the files have been checked, ``device.NAME.port``, ``printer.port``, ``scanner.port``,
    ``display.port`` or ``register_url``; it does not change the master version. Raises ProfileError: one line, and
    nothing is loaded.
    """
    whole = path.absolute()
    return _override(_read(MasterFiles(whole.parent.parent), f"{whole.parent.name}/{whole.name}", on), overrides)


def _read(files: MasterFiles, relative: str, on: date) -> CounterProfile:
    table = read_toml(files.read(relative))
    categories = _categories(table)
    devices = _devices(table)
    masters = read_tenders(files.read("tenders.toml"))
    tenders = _tenders(table, masters, devices)
    unfinished = read_unfinished(files.read("unfinished.toml"), masters.values())
    exemptions = _chosen(table, "exemptions", read_exemptions(files.read("exemptions.toml")), "an exemption")
    operators = _chosen(table, "operators", read_operators(files.read("operators.toml")), "an operator")
    if not operators:
        raise table.error("operators", "nobody could sign in: write at least one operator's id")
    cap_yen = Yen(table.integer("cart_cap_yen", least=1, most=YEN_MAX))
    slips = read_slips(files.read(SLIPS_FILE)) if files.has(SLIPS_FILE) else SlipMasters()
    catalog = Catalog(
        read_accounts(files.read("accounts.csv")),
        read_taxes(files.read("taxes.toml")),
        tuple(category.code for category in categories),
        tuple(tender.kind for tender in tenders),
        cap_yen,
        slips.rules,
    )
    items_name = table.checked("items", lambda text: _master_name(text, files, "items", ".csv"))
    rows = read_items(files.read(f"items/{items_name}.csv"), catalog, on)
    profile = CounterProfile(
        kiosk_id=table.checked("kiosk_id", check_code),
        municipality=table.text("municipality"),
        municipality_code=table.checked("municipality_code", _municipality_code),
        counter_code=table.checked("counter_code", check_code),
        counter_name=table.text("counter_name"),
        telephone=table.checked("telephone", _telephone) if table.has("telephone") else table.text("telephone", ""),
        serial_prefix=table.checked("serial_prefix", _serial_prefix),
        cart_cap_yen=cap_yen,
        register_url=table.checked("register_url", _register_url),
        register_ca=table.checked("register_ca", _register_ca) if table.has("register_ca") else "",
        categories=categories,
        items=rows.holding,
        coming_items=rows.coming,
        tenders=tenders,
        unfinished=unfinished,
        exemptions=exemptions,
        el_qr=slips.el_qr,
        operators=operators,
        devices=devices,
        printer=_printer(table, files),
        layouts=read_approved(files),
        master_version=files.version,
        items_by_code=MappingProxyType({item.code: item for item in rows.holding}),
        scanner=read_scanner(table),
        display=read_display(table),
        languages=table.texts("languages", _language) or LANGUAGES,
        use=read_use(table),
        symbol=read_symbol(table),
        code_operators=_code_operators(files, tenders),
        pin_pepper=_pepper_file(table, operators),
    )
    table.finish()
    for key, problem in _shared_ports(profile):
        raise table.error(key, problem)
    return profile


def _categories(table: Table) -> tuple[Category, ...]:
    categories: dict[str, Category] = {}
    for entry in table.tables("categories"):
        category = Category(entry.checked("code", check_code), entry.text("name"), entry.checked("color", _color))
        entry.finish()
        if category.code in categories:
            raise entry.error("code", f"{category.code} stands twice: give each category its own code")
        categories[category.code] = category
    return tuple(categories.values())


def _devices(table: Table) -> tuple[DeviceProfile, ...]:
    devices: dict[str, DeviceProfile] = {}
    for entry in table.tables("devices"):
        name, driver, port, baud, options = _device(entry, DRIVERS, third_party=PAYMENT_DRIVER_GROUP)
        if name in devices:
            raise entry.error("name", f"{name} stands twice: give each device its own name")
        if options.get("prints_here") and driver in DRIVERS and not table.has("printer"):
            raise entry.error("options", "prints_here needs a printer: add a [printer] table, or remove it")
        entry.finish()
        devices[name] = DeviceProfile(name, driver, port, baud, options)
    return tuple(devices.values())


def _printer(table: Table, files: MasterFiles) -> PrinterProfile | None:
    entry = table.table("printer")
    if entry is None:
        return None
    name, driver, port, baud, options = _device(entry, PRINTER_DRIVERS)
    paper = entry.checked("paper", lambda text: _master_name(text, files, "printers", ".toml")) if port else ""
    entry.finish()
    return PrinterProfile(name, driver, port, baud, paper, options)


def _device(
    entry: Table, drivers: Mapping[str, DriverRule], *, third_party: str = ""
) -> tuple[str, str, str, int, Mapping[str, str | int]]:
    """Name, driver, port, baud and options, checked against what the driver takes; a third party's checks its own."""
    name = entry.checked("name", check_code)
    driver = entry.checked("driver", lambda text: _driver(text, drivers, third_party))
    rule = drivers.get(driver)
    if rule is None:
        return name, driver, *_unchecked(entry)
    options = _options(entry, rule)
    if not rule.needs_port:
        for key in ("port", "baud"):
            if entry.has(key):
                raise entry.error(key, f"{driver} has no line: remove it")
        return name, driver, "", 0, MappingProxyType(options)
    if rule.is_service and entry.has("baud"):
        raise entry.error("baud", f"{driver} is reached over the network: remove it")
    baud = entry.integer("baud", least=300, most=BAUD_MAX, default=BAUD_DEFAULT)
    port = entry.checked("port", lambda text: _port(text, driver, rule))
    return name, driver, port, baud, MappingProxyType(options)


def _port(text: str, driver: str, rule: DriverRule) -> str:
    """A serial port's name as it stands, or where the driver can use one a network port or a service's address."""
    if rule.is_service:
        if not _SERVICE.fullmatch(text):
            raise ValueError("not a service's address: write https://host without user, path or query")
        return text.rstrip("/")
    if not text.startswith("tcp:"):
        return serial_port(text)
    if not rule.takes_network:
        raise ValueError(f"driver {driver} has a serial line only: write a serial port")
    found = _TCP_PORT.fullmatch(text)
    if not found or not 0 < int(found[1]) <= TCP_PORT_MAX:
        raise ValueError(f"{shown(text)} is not a network port: write tcp://host:port such as tcp://192.0.2.7:20007")
    return text


def _driver(text: str, drivers: Mapping[str, DriverRule], third_party: str) -> str:
    """Our own driver, or one that an installed package brings; those are looked for only when they are needed."""
    if text in drivers or not third_party:
        return one_of(text, drivers, "a driver")
    return one_of(text, (*drivers, *sorted(entry_points(group=third_party).names)), "a driver")


def _unchecked(entry: Table) -> tuple[str, int, Mapping[str, str | int]]:
    """Port, baud and options of a driver whose rules are not ours."""
    port = entry.checked("port", check_text) if entry.has("port") else ""
    baud = entry.integer("baud", least=300, most=BAUD_MAX, default=BAUD_DEFAULT)
    table = entry.table("options")
    return port, baud, MappingProxyType({} if table is None else table.scalars())


def _options(entry: Table, rule: DriverRule) -> dict[str, str | int]:
    table = entry.table("options")
    missing = [name for name in rule.needs if table is None or not table.has(name)]
    if missing:
        raise entry.error("options", f"{missing[0]} is missing: write it under [devices.options]")
    if table is None:
        return {}
    options: dict[str, str | int] = {}
    for name, kind in rule.options.items():
        if not table.has(name):
            continue
        if isinstance(kind, tuple):
            options[name] = table.checked(name, partial(one_of, known=kind, what="a value of this option"))
        else:
            options[name] = table.text(name) if kind is str else table.integer(name, least=0, most=OPTION_MAX)
    table.finish(known=tuple(rule.options))
    return options


def _tenders(table: Table, masters: Mapping[str, TenderMaster], devices: Iterable[DeviceProfile]) -> tuple[Tender, ...]:
    """The counter's tenders in its order, each on a device whose driver can take it."""
    drivers = {device.name: device.driver for device in devices}
    tenders: dict[TenderKind, Tender] = {}
    for entry in table.tables("tenders"):
        master = masters[entry.checked("tender", lambda text: one_of(text, masters, "a tender"))]
        device = entry.checked("device", lambda text: one_of(text, drivers, "a device of this counter"))
        refund = read_refund(entry, master.refund)
        entry.finish()
        rule = DRIVERS.get(drivers[device])  # what a third party's driver takes is asked of itself, once it is made
        if rule is not None and master.kind not in rule.kinds:
            raise entry.error("device", f"driver {drivers[device]} cannot take {master.kind}: name another device")
        if master.kind in tenders:
            raise entry.error("tender", f"a second tender of kind {master.kind}: a counter takes one of each kind")
        if rule is not None and refund is RefundWay.TERMINAL and not rule.can_refund:
            raise entry.error("refund", f"driver {drivers[device]} cannot refund: write refund = 'transfer'")
        if rule is not None and rule.brands and set(master.brands) != rule.brands:
            told = f"driver {drivers[device]} takes {', '.join(rule.brands)} alone: name a tender with no other brands"
            raise entry.error("tender", told)
        by_code, by_service = rule is not None and rule.without_terminal, rule is not None and rule.is_service
        tenders[master.kind] = master.at(device, refund, without_terminal=by_code, through_service=by_service)
    return tuple(tenders.values())


def _code_operators(files: MasterFiles, tenders: Iterable[Tender]) -> CodeOperators:
    return read_code_operators(files.read(CODE_OPERATORS)) if any(x.through_service for x in tenders) else NO_OPERATORS


def _chosen(table: Table, key: str, known: Mapping[str, Named], what: str) -> tuple[Named, ...]:
    return tuple(known[code] for code in table.texts(key, lambda text: one_of(text, known, what)))


def _master_name(text: str, files: MasterFiles, folder: str, ending: str) -> str:
    check_code(text)
    if not files.has(f"{folder}/{text}{ending}"):
        here = files.siblings(f"{folder}/{text}{ending}")
        raise ValueError(f"no file {files.name(f'{folder}/{text}{ending}')}: write one of {here}")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a language: write a code such as ja, en, zh, ko, vi or pt")
    return text


def _municipality_code(text: str) -> str:
    """全国地方公共団体コード: five digits and a check digit (weights 6 to 2, modulus 11)."""
    if _MUNICIPALITY_CODE.fullmatch(text):
        weighted = sum(int(digit) * weight for digit, weight in zip(text[:5], range(6, 1, -1), strict=True))
        if (11 - weighted % 11) % 10 == int(text[5]):
            return text
    raise ValueError(f"{shown(text)} is not a municipality code: write six digits with the check digit, such as 232114")


def _color(text: str) -> str:
    if not _COLOR.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a color: write # and six of 0-9 a-f, such as #0017c1")
    return text


def _serial_prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a serial number prefix: write 1 to 8 of A-Z 0-9, such as A1")
    return text


def _telephone(text: str) -> str:
    if not _TELEPHONE.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a telephone number: write ASCII digits such as 0565-31-1212")
    return text


def _register_url(text: str) -> str:
    if text and not _URL.fullmatch(text):
        given = "a URL with a password" if "@" in text else shown(text)  # a secret must not reach a log
        raise ValueError(f"{given} is not a base URL: write http(s)://host:port without user, query or spaces")
    return text.rstrip("/")


def _register_ca(text: str) -> str:
    if not Path(text).is_absolute() or not Path(text).is_file():
        raise ValueError(f"{shown(text)} is not there: write the whole path of the city's authority as a PEM file")
    return text


def _pepper_file(table: Table, operators: Iterable[Operator]) -> Path | None:
    if table.has("pin_pepper"):
        return Path(table.checked("pin_pepper", _absolute))
    peppered = next((each for each in operators if each.pin_hash.startswith(PEPPERED)), None)
    if peppered is not None:
        raise table.error("pin_pepper", f"{peppered.operator_id} has a peppered PIN: name the pepper's file")
    return None


def _absolute(text: str) -> str:
    if not Path(text).is_absolute():
        raise ValueError("write the whole path, such as /etc/counter-kiosk/pin-pepper")
    return text


def _override(profile: CounterProfile, overrides: Mapping[str, str]) -> CounterProfile:
    for key, value in overrides.items():
        names = {f"device.{device.name}.port" for device in profile.devices if device.port}
        if key == "register_url":
            try:
                profile = replace(profile, register_url=_register_url(value))
            except ValueError as error:
                raise ProfileError(f"override {key}: {error}") from error
        elif key == "printer.port" and profile.printer is not None and profile.printer.port:
            profile = replace(profile, printer=replace(profile.printer, port=value))
        elif key == "scanner.port" and profile.scanner is not None:
            profile = replace(profile, scanner=replace(profile.scanner, port=value))
        elif key == "display.port" and profile.display is not None:
            profile = replace(profile, display=replace(profile.display, port=value))
        elif key in names:
            devices = (replace(x, port=value) if key == f"device.{x.name}.port" else x for x in profile.devices)
            profile = replace(profile, devices=tuple(devices))
        else:
            known = "register_url or the port of something the counter has: device.NAME.port, printer.port …"
            raise ProfileError(f"override {shown(key)}: unknown: write {known}")
    for key, problem in _shared_ports(profile):
        raise ProfileError(f"override {key}.port: {problem}")
    return profile


def _shared_ports(profile: CounterProfile) -> Iterator[tuple[str, str]]:
    """Scanner or display on a line that is another's: whichever opened it first would keep the other from it."""
    owners = {device.port: f"device {device.name}" for device in profile.devices if device.port}
    for name, part in (("printer", profile.printer), ("scanner", profile.scanner), ("display", profile.display)):
        if part is not None and part.port:
            owner = owners.setdefault(part.port, name)
            if owner != name and name != "printer":
                yield name, f"port {shown(part.port)} is that of {owner}: give each its own"
