"""A payment service's keys as a file. Owns its protection and form; refuses one that others can read, and to tell it.

Keys stand in no counter file: those are copied, shown and kept with everybody's changes. The file is the machine's own.
"""

import os
import re
import stat
import tomllib
from pathlib import Path

from drivers.payment.paypay.protocol import Keys
from kiosk.profile import CounterProfile, DeviceProfile
from kiosk.profile_source import ProfileError

FILE_BYTES_MAX = 4096
ENVIRONMENTS = ("production", "sandbox")
PAYPAY = "paypay"
_KEY = re.compile(r"[!-9;-~]{1,200}", re.ASCII)
"""As the service issues them; a colon would end the key within a signature."""
_FORM = 'it has api_key = "…", secret = "…", merchant_id = "…" and environment = "production" or "sandbox"'


class ProviderKeysError(ProfileError):
    """The file cannot be used; one line with what to do and nothing of its content."""


def keys_of(device: DeviceProfile) -> Keys:
    """The keys that a device's ``key_file`` holds. Raises ProviderKeysError."""
    try:
        return read_keys(Path(str(device.options["key_file"])))
    except ProviderKeysError as error:
        raise ProviderKeysError(f"device {device.name}: {error}") from error


def read_keys(path: Path) -> Keys:
    """Raises ProviderKeysError when it is missing, open to others, or of another form."""
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ProviderKeysError(f"{path}: others can read the service's keys: chmod 600 {path}")
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise ProviderKeysError(f"{path}: no keys of the payment service here: {_FORM}") from None
    except OSError as error:
        raise ProviderKeysError(f"{path}: cannot be read: {error.strerror}") from error
    keys = parse_keys(content)
    if keys is None:
        raise ProviderKeysError(f"{path}: not the keys of a payment service: {_FORM}")
    return keys


def parse_keys(content: bytes) -> Keys | None:
    """What a key file says; None for anything that is not wholly of its form: nothing in it may be told."""
    try:
        fields = tomllib.loads(content.decode("utf-8")) if len(content) <= FILE_BYTES_MAX else {}
    except (ValueError, RecursionError):
        return None
    texts = [fields.get(name) for name in ("api_key", "secret", "merchant_id")]
    api_key, secret, merchant_id = (text if isinstance(text, str) and _KEY.fullmatch(text) else "" for text in texts)
    environment = fields.get("environment")
    if not (api_key and secret and merchant_id) or len(fields) != 4 or environment not in ENVIRONMENTS:
        return None
    return Keys(api_key, secret, merchant_id, is_sandbox=environment == "sandbox")


def check_keys(profile: CounterProfile) -> None:
    """Read every service's keys before the day begins. Raises ProviderKeysError, also for keys that move no money."""
    for device in profile.devices:
        if device.driver == PAYPAY and keys_of(device).is_sandbox:
            told = (
                "its keys are of the sandbox: nothing paid there is money: name the keys of production, or --training"
            )
            raise ProviderKeysError(f"device {device.name}: {told}")
