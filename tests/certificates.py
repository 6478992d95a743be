"""Self-signed certificates, for servers of tests on real TLS."""

from datetime import timedelta
from pathlib import Path

from kiosk.local.provider import DAY, HOST, write_certificate

__all__ = ["DAY", "certificate"]


def certificate(folder: Path, *, host: str = HOST, ends: timedelta = DAY) -> Path:
    """A self-signed certificate and its key in one file; ``ends`` from now."""
    path = folder / "server.pem"
    write_certificate(path, host=host, ends=ends)
    return path
