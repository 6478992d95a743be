"""Every parser of outside bytes is shown made-up bytes: a module that reads has a fuzz target, or a reason for none."""

import ast
import tomllib
from pathlib import Path

from tests.fuzz.catalog import TARGETS
from tests.house.allowed_imports import is_in
from tests.house.test_shape import PACKAGES, ROOT, python_files, tree

CODECS = "protocols and codecs eat bytes, never ports, clocks or threads"
"""The import contract whose modules are parsers by their place in the house."""
READS = frozenset(
    {
        "loads",
        "fromisoformat",
        "fromhex",
        "decompress",
        "decompressobj",
        "load_pem_private_key",
        "unpack",
        "unpack_from",
        "from_bytes",
        "model_validate_json",
        "model_validate",
        "from_plain",
        "parse_record",
        "read_body",
        "from_string",
        "literal_eval",
    }
)
"""Calls that turn bytes or text into values."""
ERRORS = frozenset(
    {
        "ProtocolError",
        "ProfileError",
        "RecordError",
        "CodecError",
        "BrokenEntry",
        "Rejected",
        "KeyFileError",
        "PrinterSettingsError",
        "PaperProfileError",
        "TemplateError",
    }
)
"""What a parser raises for bytes it will not have."""

_OWN_ROWS = "the journal's own rows, written by us and chained"
_WHOLE = "whole messages, made up as such in the codec's target; its waits are swept by the conformance kit"
NOT_OUTSIDE: dict[str, str] = {
    "drivers.emulators.paypay.__main__": "the key file of whoever tests, and a key that it lacks is named",
    "drivers.emulators.printer.head": "sizes out of tokens that drivers.emulators.printer.codec has checked",
    "drivers.emulators.printer.paper": "sizes out of tokens that drivers.emulators.printer.codec has checked",
    "drivers.payment.stxlrc.driver": _WHOLE,
    "drivers.payment.stxlrc.link": _WHOLE,
    "drivers.payment.zvt.dialogue": _WHOLE,
    "drivers.payment.zvt.link": _WHOLE,
    "kiosk.devices": "hands a printer's file to receipts.paper and drivers.printer.escpos.settings",
    "kiosk.domain.checkpoint_words": "the date of a checkpoint that kiosk.domain.checkpoint has read",
    "kiosk.domain.ids": "random bytes of our own",
    "kiosk.journal.books": _OWN_ROWS,
    "kiosk.journal.checkpoints": _OWN_ROWS,
    "kiosk.journal.commands": _OWN_ROWS,
    "kiosk.journal.history": _OWN_ROWS,
    "kiosk.journal.inspection": _OWN_ROWS,
    "kiosk.journal.read_models": _OWN_ROWS,
    "kiosk.journal.sale_rows": _OWN_ROWS,
    "kiosk.local.evidence": "books of emulators that this site has started",
    "kiosk.layout": "the time of the sample; a draft is for receipts.template to read",
    "kiosk.profile_layouts": "hands each file to receipts.template",
    "kiosk.renders": "the time of our own entry",
    "kiosk.services.sale_document": "the wall time of our own entry",
    "kiosk.sticker": "the design tokens of the program; a code's text is for drivers.codes.jpqr to read",
    "kiosk.training": "raises for a profile that has been read",
    "kiosk.window": "the design tokens, which are part of the program",
    "receipts.cmap": "fonts that the system has installed; a damaged one is told as such",
    "receipts.layouts": "hands each file to receipts.template",
    "receipts.template_values": "times of our own entries",
    "receipts.notice_pages": "times that register.services.notices has read",
    "register.services.notices": "times of entries; whatever is none is the day's beginning",
    "register.services.verify": "entries that register.domain.entries has read",
    "register.store.ledger": "entries that register.domain.entries has read",
    "register.store.notices": "entries that register.domain.entries has read",
}
"""Module to the reason why no outside byte reaches it unread."""


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _reads(path: Path) -> bool:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and _name(node.func) in READS:
            return True
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) in ERRORS:
            return True
    return False


def _contract_modules() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    codecs = next(each for each in contracts if each["name"] == CODECS)
    return [
        module
        for path in python_files(*PACKAGES)
        if path.name != "__init__.py"
        and any(is_in(module := _module(path), pattern) for pattern in codecs["modules"])
        and not any(is_in(module, pattern) for pattern in codecs["exempt"])
    ]


def test_every_parser_has_a_target_or_a_reason() -> None:
    """Add a target in tests/fuzz (a function that says what must hold), or the reason why none is needed, above."""
    shown = {module for target in TARGETS.values() for module in target.parsers}
    readers = [_module(path) for path in python_files(*PACKAGES) if _reads(path)]
    assert len(readers) > 50
    missing = sorted({*readers, *_contract_modules()} - shown - NOT_OUTSIDE.keys())
    assert missing == []


def test_targets_and_reasons_name_modules_that_read() -> None:
    modules = {_module(path): path for path in python_files(*PACKAGES)}
    shown = {module for target in TARGETS.values() for module in target.parsers}
    assert shown <= modules.keys()
    assert shown.isdisjoint(NOT_OUTSIDE)
    assert [module for module in NOT_OUTSIDE if not _reads(modules[module])] == []
