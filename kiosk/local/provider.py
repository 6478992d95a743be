"""A payment service of this machine's own for a local site: certificate, keys, address. No money is behind it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.profile import CounterProfile, DeviceProfile
from kiosk.profile_drivers import DRIVERS

HOST = "127.0.0.1"
DAY = timedelta(days=1)
YEARS = 3650 * DAY
"""A demonstration's folder may be old."""
MERCHANT = """api_key = "local-site"
secret = "known-to-everybody-on-this-machine"
merchant_id = "local-site"
environment = "sandbox"
"""


def write_certificate(path: Path, *, host: str = HOST, ends: timedelta = YEARS) -> None:
    """A self-signed certificate and its key in one file, for a server on this machine; ``ends`` from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local site")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_private(path, secret + made.public_bytes(serialization.Encoding.PEM))


def write_merchant(path: Path) -> None:
    """The keys with which the counter signs and the service checks."""
    _write_private(path, MERCHANT.encode())


def service_devices(profile: CounterProfile) -> tuple[str, ...]:
    """Names of the devices that are a service on the network."""
    return tuple(each.name for each in profile.devices if each.driver in DRIVERS and DRIVERS[each.driver].is_service)


def at_local_service(profile: CounterProfile, address: str, certificate: Path, keys: Path) -> CounterProfile:
    """The same counter, whose services are the one of this machine."""
    services = service_devices(profile)

    def moved(device: DeviceProfile) -> DeviceProfile:
        options = {**device.options, "key_file": str(keys), "ca_file": str(certificate)}
        return replace(device, port=address, options=MappingProxyType(options))

    devices = tuple(moved(each) if each.name in services else each for each in profile.devices)
    return replace(profile, devices=devices)


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
