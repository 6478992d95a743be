"""Makes a local site usable: enrolls the counter at its register once, and reads its profile. Owns no process."""

from pathlib import Path

from kiosk.clock import CityClock
from kiosk.local.site import Site, SiteError, run_register
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_source import ProfileError
from kiosk.syncing import SyncSetupError, enroll, enrolled_epoch


def read_counter(path: Path, site: Site) -> CounterProfile:
    """The profile with this site's lines and register. Raises SiteError."""
    try:
        plain = load_profile(path, on=CityClock().today())
        device = next((each.name for each in plain.devices if each.driver == "zvt"), "")
        if not device or plain.printer is None:
            raise SiteError(f"{path}: a local site needs a counter with a zvt terminal and a printer")
        beside = [name for name, part in (("scanner", plain.scanner), ("display", plain.display)) if part]
        return load_profile(path, on=CityClock().today(), overrides=site.overrides(device, *beside))
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
