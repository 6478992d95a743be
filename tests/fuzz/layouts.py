"""Layouts that an office wrote: read whole, or refused with file, line and column."""

import re
from collections.abc import Iterator

from receipts.content import DocumentKind
from receipts.sample import sample_sale
from receipts.template import parse_template
from receipts.template_fill import fill
from receipts.template_line import TemplateError
from receipts.template_values import SCHEMAS, sale_values
from tests.fuzz.target import Target, assert_one_line
from tests.layouts import FOLDER

NAME = "made-up.receipt"


def layout(data: bytes) -> None:
    """What is read can be filled in; what is not is told in one line with its place."""
    refused: TemplateError | None = None
    try:
        template = parse_template(data.decode("utf-8", "replace"), NAME, SCHEMAS)
    except TemplateError as error:
        refused = error
    if refused is not None:
        assert_one_line(refused)
        assert re.match(rf"{NAME}:[1-9][0-9]*:[1-9][0-9]*: ", str(refused))
    elif template.name == DocumentKind.USAGE_SLIP.value:
        fill(template.nodes, sale_values(sample_sale()))


def _layouts() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted(FOLDER.iterdir()))


TARGETS = (
    Target("layout", ("receipts.template", "receipts.template_line"), layout, _layouts, runs=4_000, bytes_max=2_000),
)
