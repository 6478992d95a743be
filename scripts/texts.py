"""Compile config/texts/*/*.po to .mo. Owns nothing else; the windows read .mo alone, so that Babel stays a tool."""

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TEXTS = Path(__file__).resolve().parents[1] / "config" / "texts"


def compiled(source: Path) -> bytes:
    """The .mo bytes of a .po file."""
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def main() -> None:
    """Compile every catalogue."""
    for source in sorted(TEXTS.glob("*/*.po")):
        source.with_suffix(".mo").write_bytes(compiled(source))
        print(f"{source.relative_to(TEXTS)}: compiled")


if __name__ == "__main__":
    main()
