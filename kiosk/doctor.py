"""``kiosk doctor``: looks at everything a counter needs, with a verdict and a next step each. Changes nothing."""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

from drivers.errors import DeviceError, PortBusyError
from drivers.payment.api import DeclineReason, DiagnosableDevice, PaymentContext, PaymentDevice
from drivers.ports import ListedPort
from drivers.printer.api import Paper, PrinterDevice, PrinterHealth, PrintFault
from drivers.transport import HTTPS_SCHEME, TCP_SCHEME, SerialSettings
from kiosk.cli import DONE, REFUSED, BadInputError, default_state
from kiosk.clock import JAPAN, CityClock
from kiosk.commands import load
from kiosk.devices import is_linked, open_payment_device, open_printer, read_paper
from kiosk.doctor_words import SENTENCES, VERDICTS
from kiosk.ports import list_serial_ports, serial_opener
from kiosk.profile import CounterProfile, DeviceProfile, PrinterProfile
from kiosk.profile_drivers import DRIVERS
from kiosk.profile_side import DisplayProfile, ScannerProfile
from receipts.fonts import missing_packages

CLOCK_EARLIEST = datetime(2026, 1, 1, tzinfo=JAPAN)
"""Older than this program: a flat battery, not a date."""
CLOCK_LATEST = datetime(2100, 1, 1, tzinfo=JAPAN)
JAPAN_OFFSET_S = 9 * 3600
SKEW_ATTENTION_S, SKEW_BAD_S = 10, 120
"""The register flags entries more than two minutes off; ten seconds already say that nothing keeps the time."""
DISK_ATTENTION_BYTES = 2_000_000_000
DISK_BAD_BYTES = 200_000_000
"""Room for a year of journal, and for the write-ahead log of a day."""
MEGABYTE = 1_000_000


class Verdict(StrEnum):
    OK = "ok"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: which check, of what, how it stands. ``state`` with the check keys its sentence."""

    check: str
    subject: str
    verdict: Verdict
    state: str
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str) -> dict[str, str]:
        """As a JSON object in ``language``, ja or en."""
        sentence = SENTENCES[f"{self.check}.{self.state}"]
        what, then = (sentence.ja, sentence.next_ja) if language == "ja" else (sentence.en, sentence.next_en)
        return {
            "check": self.check,
            "subject": self.subject,
            "verdict": self.verdict.value,
            "detail": what.format(**self.values),
            "next": then.format(**self.values),
        }


@dataclass(frozen=True, slots=True)
class Machine:
    """What the checks read of the machine they run on."""

    list_ports: Callable[[], tuple[ListedPort, ...]] = list_serial_ports
    now: Callable[[], datetime] = CityClock().wall
    offset_s: Callable[[], int] = lambda: time.localtime().tm_gmtoff
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    missing_fonts: Callable[[], tuple[str, ...]] = missing_packages


def run_doctor(arguments: argparse.Namespace) -> int:
    """Print a finding as soon as it is made; 1 when one of them is bad."""
    if arguments.profile is None:
        if arguments.plan:
            raise BadInputError("--plan: which counter? Name it with --profile")
        findings = examine_machine(Machine(), arguments.state or default_state(""))
    else:
        profile, state = load(arguments.profile, arguments.state, arguments.set, keys=False)
        if arguments.plan:
            from kiosk.doctor_plan import plan

            config = arguments.profile.absolute().parent.parent
            volumes = {"payments": arguments.payments_a_month, "yen": arguments.yen_a_month}
            return _tell(plan(profile, config, **volumes), arguments)
        findings = examine(profile, state, Machine(), diagnose=arguments.diagnose)
    return _tell(findings, arguments)


def _tell(findings: Iterator[Finding], arguments: argparse.Namespace) -> int:
    worst = DONE
    for finding in findings:
        sys.stdout.write(_line(finding.told(arguments.language), arguments) + "\n")
        sys.stdout.flush()
        worst = REFUSED if finding.verdict is Verdict.BAD else worst
    return worst


def _line(told: Mapping[str, str], arguments: argparse.Namespace) -> str:
    if arguments.json:
        return json.dumps(told, ensure_ascii=False)
    mark = VERDICTS[arguments.language][told["verdict"]]
    line = f"[{mark}] {told['check']} {told['subject']}: {told['detail']}"
    return f"{line}\n    → {told['next']}" if told["next"] else line


def examine_machine(machine: Machine, state: Path) -> Iterator[Finding]:
    """What can be told without a counter's file."""
    yield from _ports(machine)
    yield _fonts(machine)
    yield _disk(machine, state)
    yield from _clock(machine, last_entry=None)


def examine(profile: CounterProfile, state: Path, machine: Machine, *, diagnose: bool = False) -> Iterator[Finding]:
    """Every check of one counter, in the order in which a person would mend things. Raises BadInputError.

    ``diagnose``: terminals that are well test themselves and their way to the payment company as well.
    """
    printer = _printer_device(profile.printer, state)
    yield _finding(
        "counter",
        "profile",
        Verdict.OK,
        "ok",
        municipality=profile.municipality,
        counter=profile.counter_name,
        kiosk_id=profile.kiosk_id,
        items=len(profile.items),
        version=profile.master_version,
    )
    yield from _ports(machine)
    for device in profile.devices:
        yield from _device(device, state, diagnose=diagnose)
    yield _printer(profile.printer, printer)
    yield _side("scanner", profile.scanner)
    yield _side("display", profile.display)
    yield _fonts(machine)
    yield _disk(machine, state)
    journal, last_entry = _journal(state)
    yield journal
    yield from _clock(machine, last_entry)
    yield from _register(profile, state, machine)


def _finding(check: str, subject: str, verdict: Verdict, state: str, **values: object) -> Finding:
    return Finding(check, subject, verdict, state, values)


def _ports(machine: Machine) -> Iterator[Finding]:
    listed = machine.list_ports()
    for port in listed:
        if port.identity:
            about = port.description or "USB"
            yield _finding("port", port.name, Verdict.OK, "usb", description=about, identity=port.identity)
        else:
            yield _finding("port", port.name, Verdict.OK, "plain")
    if not listed:
        yield _finding("port", "-", Verdict.ATTENTION, "none")


def _device(device: DeviceProfile, state: Path, *, diagnose: bool) -> Iterator[Finding]:
    """Through the driver that would charge; a question that changes nothing, and a diagnosis where it is asked for."""
    if not is_linked(device):
        yield _finding("device", device.name, Verdict.OK, "no_line")
        return
    if device.driver in DRIVERS and DRIVERS[device.driver].is_service:
        from kiosk.doctor_service import service_findings

        yield from service_findings(device, _no_payment())
        return
    from kiosk.journal.commands import nobody_at_work
    from kiosk.journal.errors import JournalLockedError

    driver = open_payment_device(device)
    # A serial port has one user. Over the network a second connection might take the terminal out of a payment.
    shared = device.port.startswith(TCP_SCHEME)
    try:
        with nobody_at_work(state) if shared or diagnose else nullcontext():
            health = _health(device, driver)
            yield health
            if diagnose:
                yield _diagnosis(device, driver, state, well=health.verdict is Verdict.OK)
    except JournalLockedError:
        yield _finding("device", device.name, Verdict.ATTENTION, "busy", port=device.port)


def _health(device: DeviceProfile, driver: PaymentDevice) -> Finding:
    health = driver.check_health(_no_payment())
    if health.ready:
        return _finding("device", device.name, Verdict.OK, "ready", port=device.port, detail=health.detail)
    if health.busy:
        return _finding("device", device.name, Verdict.ATTENTION, "at_work", port=device.port)
    # The driver has one word for "not now"; whether the port is the reason is worth a second look.
    match _port_fault(device.port):
        case PrintFault.PORT_BUSY:
            return _finding("device", device.name, Verdict.ATTENTION, "busy", port=device.port)
        case PrintFault.PORT_MISSING:
            return _finding("device", device.name, Verdict.BAD, "missing", port=health.detail or device.port)
        case _:
            return _finding("device", device.name, Verdict.BAD, "not_ready", port=device.port, detail=health.detail)


def _diagnosis(device: DeviceProfile, driver: PaymentDevice, state: Path, *, well: bool) -> Finding:
    """Never with a payment running or in doubt: the terminal talks to its host."""
    if not isinstance(driver, DiagnosableDevice):
        return _finding("diagnosis", device.name, Verdict.OK, "none")
    if not well:
        return _finding("diagnosis", device.name, Verdict.ATTENTION, "not_begun")
    from kiosk.journal.commands import unsettled_devices
    from kiosk.journal.errors import JournalError
    from kiosk.journal.opening import DATABASE_NAME

    try:
        if (state / DATABASE_NAME).exists() and device.name in unsettled_devices(state):
            return _finding("diagnosis", device.name, Verdict.ATTENTION, "in_doubt")
    except JournalError as error:
        return _finding("diagnosis", device.name, Verdict.ATTENTION, "books_unread", detail=error)
    found = driver.diagnose(_no_payment())
    if found.passed:
        return _finding("diagnosis", device.name, Verdict.OK, "ok")
    if found.reason is DeclineReason.NETWORK:
        return _finding("diagnosis", device.name, Verdict.BAD, "network", code=found.result_code)
    detail = found.result_code or found.reason or ""
    return _finding("diagnosis", device.name, Verdict.BAD, "failed", detail=detail)


def _no_payment() -> PaymentContext:
    from kiosk.runtime.live_context import LivePaymentContext, no_slip

    return LivePaymentContext(lambda _: None, lambda _: None, no_slip)


def _port_fault(port: str) -> PrintFault | None:
    if port.startswith((TCP_SCHEME, HTTPS_SCHEME)):
        return None  # whether somebody listens there, the driver has just tried
    try:
        serial_opener(SerialSettings(port))().close()
    except PortBusyError:
        return PrintFault.PORT_BUSY
    except DeviceError:
        return PrintFault.PORT_MISSING
    return None


def _printer_device(printer: PrinterProfile | None, state: Path) -> PrinterDevice | None:
    """The printer's driver, its files checked. Raises BadInputError."""
    from drivers.printer.escpos.settings import PrinterSettingsError
    from receipts.paper import PaperProfileError

    try:
        if printer is None:
            return None
        if printer.paper:
            read_paper(printer)
        return open_printer(printer, state)
    except (PaperProfileError, PrinterSettingsError) as error:
        raise BadInputError(str(error)) from error


def _printer(printer: PrinterProfile | None, device: PrinterDevice | None) -> Finding:
    if printer is None or device is None:
        return _finding("printer", "-", Verdict.ATTENTION, "none")
    from kiosk.runtime.live_context import LiveDeviceContext

    return printer_finding(printer, device.check_health(LiveDeviceContext()))


def printer_finding(printer: PrinterProfile, health: PrinterHealth) -> Finding:
    """What a printer said of itself."""
    match health.fault:
        case None:
            if printer.driver == "pdf":
                return _finding("printer", printer.name, Verdict.OK, "files")
            near_end = health.paper is Paper.NEAR_END
            verdict, state = (Verdict.ATTENTION, "near_end") if near_end else (Verdict.OK, "ok")
            return _finding("printer", printer.name, verdict, state, port=printer.port)
        case PrintFault.PORT_BUSY:
            return _finding("printer", printer.name, Verdict.ATTENTION, "port_busy", port=printer.port)
        case _:
            return _finding("printer", printer.name, Verdict.BAD, health.fault.value, port=printer.port)


def _side(check: str, part: ScannerProfile | DisplayProfile | None) -> Finding:
    """Neither says a word of its own accord: whether the line opens is all that can be told."""
    if part is None:
        return _finding(check, "-", Verdict.OK, "none")
    match _port_fault(part.port):
        case None:
            return _finding(check, part.driver, Verdict.OK, "ok", port=part.port)
        case PrintFault.PORT_BUSY:
            return _finding(check, part.driver, Verdict.ATTENTION, "port_busy", port=part.port)
        case _:
            return _finding(check, part.driver, Verdict.BAD, "port_missing", port=part.port)


def _fonts(machine: Machine) -> Finding:
    """Without them a rare name is refused at this counter, and a file has no letters at all."""
    packages = machine.missing_fonts()
    verdict, told = (Verdict.ATTENTION, "missing") if packages else (Verdict.OK, "ok")
    return _finding("fonts", "papers", verdict, told, packages=" ".join(packages))


def _disk(machine: Machine, state: Path) -> Finding:
    place = next(path for path in (state, *state.absolute().parents) if path.exists())
    free = machine.free_bytes(place)
    verdict, told = (
        (Verdict.BAD, "full")
        if free < DISK_BAD_BYTES
        else (Verdict.ATTENTION, "low")
        if free < DISK_ATTENTION_BYTES
        else (Verdict.OK, "ok")
    )
    return _finding("disk", "state", verdict, told, free_mb=free // MEGABYTE, path=place)


def _journal(state: Path) -> tuple[Finding, datetime | None]:
    """Every check of ``kiosk journal verify``, and when the last entry was made."""
    from kiosk.journal import commands
    from kiosk.journal.errors import JournalError
    from kiosk.journal.opening import DATABASE_NAME
    from kiosk.sync.keys import is_signed

    if not (state / DATABASE_NAME).exists():
        return _finding("journal", "-", Verdict.ATTENTION, "none", path=state), None
    try:
        verdicts = commands.verify(state, is_signed)
        last_entry = commands.last_entry_at(state)
    except (JournalError, OSError) as error:
        return _finding("journal", str(state), Verdict.BAD, "unreadable", detail=error, path=state), None
    failed = "; ".join(f"{verdict.check}: {verdict.detail}" for verdict in verdicts if not verdict.ok)
    if failed:
        return _finding("journal", str(state), Verdict.BAD, "bad", detail=failed, path=state), last_entry
    chain = next(verdict.detail for verdict in verdicts if verdict.check == "chain")
    return _finding("journal", str(state), Verdict.OK, "ok", checks=len(verdicts), detail=chain), last_entry


def _clock(machine: Machine, last_entry: datetime | None) -> Iterator[Finding]:
    now = machine.now()
    shown = _shown(now)
    offset_s = machine.offset_s()
    if not CLOCK_EARLIEST <= now < CLOCK_LATEST:
        yield _finding("clock", "machine", Verdict.BAD, "implausible", now=shown)
    elif last_entry is not None and now < last_entry:
        yield _finding("clock", "machine", Verdict.BAD, "behind_journal", now=shown, last=_shown(last_entry))
    elif offset_s != JAPAN_OFFSET_S:
        yield _finding("clock", "machine", Verdict.ATTENTION, "zone", now=shown, offset=offset_s / 3600)
    else:
        yield _finding("clock", "machine", Verdict.OK, "ok", now=shown)


def _shown(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}"


def _register(profile: CounterProfile, state: Path, machine: Machine) -> Iterator[Finding]:
    url = profile.register_url
    if not url:
        yield _finding("register", "-", Verdict.OK, "none")
        return
    from kiosk.sync.client import NoAnswer, open_session, send
    from kiosk.syncing import authorities

    try:
        with open_session(authorities(profile)) as session:
            answer = send(session, "GET", f"{url}/healthz", {}, b"")
    except NoAnswer as error:
        yield _finding("register", profile.kiosk_id, Verdict.BAD, "unreachable", url=url, detail=error)
        return
    yield from compare_clocks(answer.text("server_time"), machine.now())
    yield _enrolment(profile, state)


def compare_clocks(server_time: str, now: datetime) -> Iterator[Finding]:
    try:
        there = datetime.fromisoformat(server_time)
    except ValueError:
        return  # an older register says no time
    if there.tzinfo is None:
        there = there.replace(tzinfo=UTC)
    seconds = round(abs((now - there).total_seconds()))
    if seconds < SKEW_ATTENTION_S:
        yield _finding("clock", "register", Verdict.OK, "agrees", seconds=seconds)
    else:
        verdict = Verdict.BAD if seconds > SKEW_BAD_S else Verdict.ATTENTION
        yield _finding("clock", "register", verdict, "skew", seconds=seconds)


def _enrolment(profile: CounterProfile, state: Path) -> Finding:
    """A signed question to the register: only an enrolled key is answered."""
    from kiosk.sync.client import NoAnswer
    from kiosk.sync.keys import KeyFileError
    from kiosk.syncing import ENROLMENT_NAME, register_client

    url = profile.register_url
    if not (state / ENROLMENT_NAME).exists():
        return _finding("register", profile.kiosk_id, Verdict.ATTENTION, "not_enrolled", url=url)
    try:
        client = register_client(profile, state)
        try:
            answer = client.get_head()
        finally:
            client.close()
    except NoAnswer as error:
        return _finding("register", profile.kiosk_id, Verdict.BAD, "unreachable", url=url, detail=error)
    except KeyFileError as error:
        return _finding("register", profile.kiosk_id, Verdict.BAD, "refused", url=url, detail=error)
    refusal = answer.words("frozen_detail") if answer.status == HTTPStatus.OK else answer.words("detail")
    if refusal or answer.status != HTTPStatus.OK:
        detail = refusal or f"HTTP {answer.status}"
        return _finding("register", profile.kiosk_id, Verdict.BAD, "refused", url=url, detail=detail)
    return _finding("register", profile.kiosk_id, Verdict.OK, "ok", url=url)
