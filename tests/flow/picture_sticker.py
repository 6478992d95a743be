"""Pictures of the sign and the poster: ``python -m tests.flow.picture_sticker docs/pictures``. For the manual."""

import sys
import tempfile
from pathlib import Path

from PIL import Image

from drivers.codes.jpqr import Store, StoreCode, encode_static
from kiosk.cli import main as kiosk
from kiosk.paths import CONFIG
from tests.pdf_reader import PdfFile

SAMPLE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"),
    merchant_category="7991",
    name="TOYOTA ART MUSEUM",
    city="TOYOTA",
    postal_code="4710034",
    name_ja="豊田市美術館",
)
"""No scheme has issued it."""
DOTS_PER_INCH = 100
COLORS = 32


def main(out: Path) -> int:
    """Write one picture a page; each prints its name and size."""
    with tempfile.TemporaryDirectory() as folder:
        code, file = Path(folder) / "code.txt", Path(folder) / "sign.pdf"
        code.write_text(encode_static(SAMPLE).payload, "utf-8")
        done = kiosk(
            [
                "sticker",
                "--profile",
                str(CONFIG / "counters" / "bijutsukan.toml"),
                "--code",
                str(code),
                "--out",
                str(file),
            ]
        )
        if done:
            return done
        read = PdfFile(file.read_bytes())
    for page, name in enumerate(("sign", "poster")):
        path = out / f"sticker-{name}.png"
        picture = read.picture(page, DOTS_PER_INCH, in_color=True)
        picture.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
        sys.stdout.write(f"{path} {path.stat().st_size // 1000} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
