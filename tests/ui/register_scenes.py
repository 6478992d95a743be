"""What the window says when the register refuses the counter: the light, the sentence, and the refusal to sell."""

from collections.abc import Iterator
from dataclasses import replace

from kiosk.services.notices import DeviceStatus, Light, Refused
from tests.ui.scripted_desk import ALL_GOOD, ScriptedDesk

REFUSALS = (
    (Light.BAD, "register_frozen"),
    (Light.BAD, "key_refused"),
    (Light.BAD, "key_unusable"),
    (Light.ATTENTION, "register_refused"),
    (Light.ATTENTION, "not_enrolled"),
    (Light.ATTENTION, "no_register"),
)


def frozen_sale(desk: ScriptedDesk) -> Iterator[str]:
    """The sale page when the charge was refused because the register holds another journal."""
    desk.tell(replace(ALL_GOOD, register=DeviceStatus(Light.BAD, "register_frozen")))
    desk.tell(Refused("register_frozen"))
    yield "register-frozen-sale"


def register_lights(desk: ScriptedDesk) -> Iterator[str]:
    """The menu under each refusal."""
    for light, reason in REFUSALS:
        desk.tell(replace(ALL_GOOD, register=DeviceStatus(light, reason)))
        yield f"menu-{reason.replace('_', '-')}"
