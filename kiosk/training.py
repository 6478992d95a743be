"""A counter for practice (訓練): other books, other numbers, no register. Refuses every device that could move money.

UnifiedPOS TrainingMode: a device says in its capabilities that nothing it approves is money. Those worked by hand can
always say so; a terminal on a line only when its driver knows that the terminal itself is in training mode.
"""

from dataclasses import replace

from kiosk.devices import open_payment_device
from kiosk.profile import CounterProfile
from kiosk.profile_source import ProfileError

FOLDER = "training"
"""Under a state folder that was named on the command line; otherwise the kiosk's own name keeps the books apart."""
SERIAL_LETTER = "T"
"""In front of the counter's own serial prefix: no number of a slip for practice is one of a real slip."""


def for_training(profile: CounterProfile) -> CounterProfile:
    """The same counter for practice, without tenders that a trainee could take real money with.

    Its kiosk id is another, so that neither a journal nor the register takes one for the other. Raises ProfileError
    when no tender is left.
    """
    devices = tuple(replace(device, training=True) for device in profile.devices)
    safe = {device.name for device in devices if open_payment_device(device).capabilities.training}
    tenders = tuple(tender for tender in profile.tenders if tender.device in safe)
    if not tenders:
        raise ProfileError(f"{profile.kiosk_id}: no device has a training mode: practise at a counter that takes cash")
    return replace(
        profile,
        kiosk_id=f"{profile.kiosk_id}-training",
        serial_prefix=f"{SERIAL_LETTER}{profile.serial_prefix}",
        register_url="",
        tenders=tenders,
        devices=tuple(device for device in devices if device.name in safe),
        training=True,
    )
