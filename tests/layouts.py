"""Documents in the layouts that come with the product, for every test that looks at one."""

from functools import partial
from pathlib import Path

from receipts import compose
from receipts.layouts import read_layouts

FOLDER = Path(__file__).parents[1] / "config" / "receipts"
LAYOUTS = read_layouts({path.name: path.read_text("utf-8") for path in FOLDER.iterdir()})

compose_sale = partial(compose.compose_sale, layouts=LAYOUTS)
compose_report = partial(compose.compose_report, layouts=LAYOUTS)
compose_terminal_slip = partial(compose.compose_terminal_slip, layouts=LAYOUTS)
compose_test_print = partial(compose.compose_test_print, layouts=LAYOUTS)
