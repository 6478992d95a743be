"""The approved layouts of every document, each version of each. Owns which one is in force; refuses a set with gaps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from receipts.template import Template, parse_template
from receipts.template_line import TemplateError
from receipts.template_values import SCHEMAS

FILE_NAME = re.compile(r"([a-z_]+)-([1-9][0-9]{0,3})\.receipt")
"""``usage_slip-2.receipt``: a file keeps its name and its text for ever; a change is a file of its own."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """Every version of every layout, by name and number."""

    templates: Mapping[tuple[str, int], Template]
    newest: Mapping[str, int]

    def in_force(self, name: str) -> Template:
        """The newest version."""
        return self.templates[name, self.newest[name]]


def read_layouts(files: Mapping[str, str]) -> Layouts:
    """Texts by file name, such as those of config/receipts.

    Raises TemplateError with one line for a layout that cannot be used, or for a document without one.
    """
    templates = {}
    for file_name, text in sorted(files.items()):
        template = parse_template(text, file_name, SCHEMAS)
        named = FILE_NAME.fullmatch(file_name)
        if named is None or (named[1], int(named[2])) != (template.name, template.version):
            rule = f"must be called {template.name}-{template.version}.receipt, as its first line says"
            raise TemplateError(file_name, 1, 1, rule)
        templates[template.name, template.version] = template
    newest = {}
    for name in SCHEMAS:
        versions = sorted(version for each, version in templates if each == name)
        if not versions:
            raise TemplateError(f"{name}-1.receipt", 1, 1, "is missing; every document needs an approved layout")
        _check_order(templates, name, versions)
        newest[name] = versions[-1]
    return Layouts(templates, newest)


def _check_order(templates: Mapping[tuple[str, int], Template], name: str, versions: list[int]) -> None:
    """A higher number was approved later, or on the same day."""
    before = date.min
    for version in versions:
        approved_on = templates[name, version].approved_on
        if approved_on < before:
            raise TemplateError(f"{name}-{version}.receipt", 1, 1, f"was approved before version {version - 1}")
        before = approved_on
