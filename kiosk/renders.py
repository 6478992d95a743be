"""From what a document says to the bytes of the counter's printer, or of a file. Owns the choice; refuses layout."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from kiosk.devices import read_paper
from kiosk.profile import PrinterProfile
from kiosk.services.issue_receipt import Render
from kiosk.services.issue_slip import RenderSlip
from kiosk.services.notices import Modules
from receipts.content import IssuerContent, LineContent, ReportContent, SaleContent, TerminalSlipContent
from receipts.document import Document
from receipts.foreign_text import printable_text
from receipts.layouts import Layouts

RenderReport = Callable[[ReportContent], bytes]
Finish = Callable[[Document, IssuerContent, str], bytes]
"""A document as bytes; from whom it is, and its own time (ISO 8601 with a zone), stand in a file's particulars."""


def make_renders(printer: PrinterProfile, layouts: Layouts) -> tuple[Render, RenderReport, RenderSlip]:
    """Content to the printer's bytes: of sales, of reports, of terminals' slips. Raises PaperProfileError."""
    finish = _file if printer.driver == "pdf" else _paper(printer)

    def render_sale(content: SaleContent) -> bytes:
        from receipts.compose import compose_sale

        content = replace(content, lines=tuple(_with_payer_shown(line) for line in content.lines))
        return finish(compose_sale(content, layouts), content.issuer, content.sold_at)

    def render_report(content: ReportContent) -> bytes:
        from receipts.compose import compose_report

        return finish(compose_report(content, layouts), content.issuer, content.closed_at)

    def render_slip(content: TerminalSlipContent) -> bytes:
        from receipts.compose import compose_terminal_slip

        return finish(compose_terminal_slip(content, layouts), content.issuer, content.printed_at)

    return render_sale, render_report, render_slip


def _with_payer_shown(line: LineContent) -> LineContent:
    """A payer was keyed, perhaps at a counter with other fonts: the paper is due all the same, with 〓 for a letter."""
    if line.slip is None:
        return line
    return replace(line, slip=replace(line.slip, payer=printable_text(line.slip.payer)))


def symbol_maker(printer: PrinterProfile, layouts: Layouts) -> Callable[[SaleContent], Modules] | None:
    """A sale's document as a symbol for the citizen's phone, at a counter without paper."""
    return partial(_symbol, layouts=layouts) if printer.driver == "pdf" else None


def _symbol(content: SaleContent, layouts: Layouts) -> Modules:
    from receipts.compose import compose_sale
    from receipts.slip_text import slip_modules

    return slip_modules(compose_sale(content, layouts))


def _paper(printer: PrinterProfile) -> Finish:
    paper = read_paper(printer)

    def finish(document: Document, _issuer: IssuerContent, _at: str) -> bytes:
        from receipts.render import escpos

        return escpos.render(document, paper)

    return finish


def _file(document: Document, issuer: IssuerContent, at: str) -> bytes:
    from receipts.render import pdf
    from receipts.render.pages import About

    title = " ".join(filter(None, (issuer.municipality, issuer.counter_name, document.serial_number)))
    return pdf.render(document, About(title, issuer.municipality, datetime.fromisoformat(at)))
