"""``kiosk layout``: the approved layouts of a counter's paper, and what one looks like before it is approved.

Owns the list and the preview; refuses to put a layout into force: that is a file in config/receipts.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk.cli import DONE, BadInputError
from kiosk.commands import load
from kiosk.devices import read_paper
from kiosk.profile import CounterProfile
from kiosk.profile_source import FILE_BYTES_MAX
from receipts.content import IssuerContent
from receipts.document import Document
from receipts.fonts import FontMissingError
from receipts.layout import UnprintableCharacterError
from receipts.layouts import Layouts
from receipts.paper import PaperProfile, PaperProfileError
from receipts.sample import sample_sale
from receipts.sample_documents import sample_of
from receipts.template import parse_template
from receipts.template_line import TemplateError
from receipts.template_values import SCHEMAS

COLUMNS_WITHOUT_PRINTER = 48
"""80 mm paper, where the counter has no printer whose columns could be asked."""


def run_layout(arguments: argparse.Namespace) -> int:
    """List the layouts, or write the preview of one. Raises BadInputError."""
    profile, _ = load(arguments.profile, arguments.state, arguments.set)
    layouts = profile.layouts
    if arguments.file is not None:
        layouts, name = _with_draft(layouts, arguments.file)
    else:
        name = arguments.name
    if name is None:
        sys.stdout.writelines(_list(layouts))
        return DONE
    if name not in SCHEMAS:
        raise BadInputError(f"{name}: no document is called so: there are {', '.join(sorted(SCHEMAS))}")
    try:
        document = sample_of(name, layouts, lambda issuer: _named(issuer, profile))
        _write(document, arguments.out, profile)
    except UnprintableCharacterError as error:
        raise BadInputError(f"{name}: {error}: {error.text}") from error
    except (ValueError, FontMissingError, PaperProfileError) as error:
        raise BadInputError(f"{name}: {error}") from error
    return DONE


def _list(layouts: Layouts) -> list[str]:
    """One line a version; an asterisk where it is in force."""
    return [
        f"{'*' if version == layouts.newest[name] else ' '} {name}-{version}  {template.approved_on}\n"
        for (name, version), template in sorted(layouts.templates.items())
    ]


def _with_draft(layouts: Layouts, path: Path) -> tuple[Layouts, str]:
    """The set with the draft in force, whatever its number, and its name."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise BadInputError(f"{path}: larger than a layout can be")
        draft = parse_template(path.read_text("utf-8-sig"), str(path), SCHEMAS)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path}: not UTF-8: save the file as UTF-8") from error
    except TemplateError as error:
        raise BadInputError(str(error)) from error
    templates = {**layouts.templates, (draft.name, draft.version): draft}
    return Layouts(templates, {**layouts.newest, draft.name: draft.version}), draft.name


def _named(issuer: IssuerContent, profile: CounterProfile) -> IssuerContent:
    return replace(
        issuer,
        municipality=profile.municipality,
        counter_name=profile.counter_name,
        counter_code=profile.counter_code,
        telephone=profile.telephone,
    )


def _write(document: Document, out: Path | None, profile: CounterProfile) -> None:
    """As the ending of the name says; text without one, on standard output."""
    paper = read_paper(profile.printer) if profile.printer is not None and profile.printer.paper else None
    if out is None:
        sys.stdout.write(_text(document, paper).decode())
        return
    faces: dict[str, Callable[[], bytes]] = {
        ".txt": lambda: _text(document, paper),
        ".png": lambda: _png(document, paper),
        ".pdf": lambda: _pdf(document, profile),
    }
    if out.suffix not in faces:
        raise BadInputError(f"--out {out}: write a name that ends in {', '.join(faces)}")
    try:
        out.write_bytes(faces[out.suffix]())
    except OSError as error:
        raise BadInputError(f"--out {out}: cannot be written: {error.strerror}") from error


def _text(document: Document, paper: PaperProfile | None) -> bytes:
    from receipts.render import text

    return text.render(document, paper.columns if paper else COLUMNS_WITHOUT_PRINTER).encode()


def _png(document: Document, paper: PaperProfile | None) -> bytes:
    from receipts.render import png

    if paper is None:
        raise BadInputError("--out: this counter has no printer to show the dots of; write a name that ends in .pdf")
    return png.render(document, paper)


def _pdf(document: Document, profile: CounterProfile) -> bytes:
    from receipts.render import pdf
    from receipts.render.pages import About

    title = f"{profile.municipality} {profile.counter_name}"
    return pdf.render(document, About(title, profile.municipality, datetime.fromisoformat(sample_sale().sold_at)))
