"""Where the product's own files are."""

from pathlib import Path

CONFIG = Path(__file__).resolve().parent.parent / "config"
