"""Makes a local site usable: enrolls the counter at its register once, and reads its profile. Owns no process."""

from pathlib import Path

from kiosk.clock import CityClock
from kiosk.local.provider import at_local_service, service_devices
from kiosk.local.site import Site, SiteError, run_register
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_source import ProfileError
from kiosk.syncing import SyncSetupError, enroll, enrolled_epoch

DEMONSTRATION = ("--pays-by-itself", "--pays-s", "6")
"""No phone reaches a service on this machine: a code pays itself, when there was time to look at it."""


def read_counter(path: Path, site: Site, *provider_options: str) -> CounterProfile:
    """The profile with this site's lines, register and payment service. Raises SiteError.

    ``provider_options``: of the emulated service, which is started where the counter has one.
    """
    try:
        plain = load_profile(path, on=CityClock().today())
        device = next((each.name for each in plain.devices if each.driver == "zvt"), "")
        services = service_devices(plain)
        if not (device or services) or plain.printer is None:
            raise SiteError(f"{path}: a local site needs a counter with a zvt terminal or a service, and a printer")
        beside = [name for name, part in (("scanner", plain.scanner), ("display", plain.display)) if part]
        profile = load_profile(path, on=CityClock().today(), overrides=site.overrides(device, *beside))
        if not services:
            return profile
        address = site.start_provider(*(provider_options or DEMONSTRATION))
        return at_local_service(profile, address, site.paths.provider_certificate, site.paths.provider_keys)
    except ProfileError as error:
        raise SiteError(str(error)) from error


def ensure_enrolled(profile: CounterProfile, site: Site) -> None:
    """Enroll the counter if it is not. Raises SiteError."""
    try:
        if enrolled_epoch(site.paths.kiosk) is not None:
            return
        site.register.wait_ready()
        printed = run_register(site.paths, "enroll", "--kiosk", profile.kiosk_id)
        enroll(profile, site.paths.kiosk, printed.split()[-1])
    except SyncSetupError as error:
        raise SiteError(str(error)) from error
