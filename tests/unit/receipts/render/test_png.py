import io

from PIL import Image

from receipts.paper import PaperProfile
from receipts.render import png
from receipts.render.strips import PAPER_LEVEL
from receipts.sample import sample_sale
from tests.layouts import compose_sale


def test_the_picture_is_as_wide_as_the_paper(wide_paper: PaperProfile, narrow_paper: PaperProfile) -> None:
    for paper in (wide_paper, narrow_paper):
        picture = Image.open(io.BytesIO(png.render(compose_sale(sample_sale()), paper)))
        assert picture.width == paper.width_dots + 2 * png.MARGIN_DOTS


def test_nothing_is_drawn_into_the_margins(wide_paper: PaperProfile) -> None:
    picture = Image.open(io.BytesIO(png.render(compose_sale(sample_sale()), wide_paper)))
    right = picture.crop((picture.width - png.MARGIN_DOTS, 0, picture.width, picture.height))
    assert right.getextrema() == (PAPER_LEVEL, PAPER_LEVEL)
