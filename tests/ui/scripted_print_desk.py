"""The printer and drawer of a desk in memory. Owns what the clerk said and wanted; refuses to print."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.ids import SaleId
from kiosk.services.notices import DocumentChanged, Notice, Printing


@dataclass
class ScriptedPrintDesk:
    """Implements kiosk.presenters.desk.PrintDesk."""

    tell_window: Callable[[Notice], None]
    reprints: list[str] = field(default_factory=list)
    confirmed: list[tuple[str, bool]] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    """resume, give_up, or why the drawer was opened."""

    def reprint(self, sale_id: SaleId) -> None:
        self.reprints.append(sale_id)
        self.tell_window(DocumentChanged(sale_id, "usage_slip", "A1-000001", 1, Printing.PRINTED))

    def confirm(self, sale_id: SaleId, *, came_out: bool) -> None:
        self.confirmed.append((sale_id, came_out))
        printing, fault = (Printing.PRINTED, "") if came_out else (Printing.FAILED, "not_out")
        self.tell_window(DocumentChanged(sale_id, "usage_slip", "A1-U2026-000123", 0, printing, fault))

    def resume(self) -> None:
        self.wanted.append("resume")

    def give_up(self) -> None:
        self.wanted.append("give_up")

    def open_drawer(self, reason: str) -> None:
        self.wanted.append(reason)
