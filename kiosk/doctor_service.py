"""What ``kiosk doctor`` finds of a payment service: keys, way, clock. Asks one signed question; tells no key."""

from collections.abc import Iterator

from drivers.payment.api import DeclineReason, NotSentReason, PaymentContext
from kiosk.devices import open_payment_device
from kiosk.doctor import Finding, Verdict
from kiosk.profile import DeviceProfile
from kiosk.profile_source import ProfileError

_PASSING = frozenset({DeclineReason.SERVICE_UNAVAILABLE})
"""It answers, and will take payments again by itself."""
_KNOWN = frozenset(
    {
        DeclineReason.CLOCK_WRONG,
        DeclineReason.KEYS_REFUSED,
        DeclineReason.SERVICE_UNAVAILABLE,
        NotSentReason.SERVICE_UNREACHABLE,
    }
)


def service_findings(device: DeviceProfile, context: PaymentContext) -> Iterator[Finding]:
    """Through the driver that would charge: whether the keys can be read, whose they are, and what the service says."""
    try:
        driver = open_payment_device(device)
    except ProfileError as error:
        yield Finding("service", device.name, Verdict.BAD, "keys", {"detail": error})
        return
    if driver.capabilities.training:
        yield Finding("service", device.name, Verdict.ATTENTION, "sandbox")
    health = driver.check_health(context)
    if health.ready:
        yield Finding("service", device.name, Verdict.OK, "ready", {"address": device.port})
        return
    verdict = Verdict.ATTENTION if health.reason in _PASSING else Verdict.BAD
    state = str(health.reason) if health.reason in _KNOWN else "no_answer"
    yield Finding("service", device.name, verdict, state, {"address": device.port, "detail": health.detail})
