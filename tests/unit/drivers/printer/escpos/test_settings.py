from pathlib import Path

import pytest

from drivers.printer.escpos.settings import CompletionReply, FlowControl, PrinterSettingsError, parse_escpos_device

PRINTERS = Path(__file__).parents[5] / "config" / "printers"
GOOD = '[device]\ncompletion = "gs_h"\nflow_control = "xonxoff"\n'


def test_every_shipped_profile_is_valid() -> None:
    devices = {path.stem: parse_escpos_device(path.read_text("utf-8"), path.name) for path in PRINTERS.glob("*.toml")}
    assert devices["emulated-80mm"].settings.completion is CompletionReply.GS_H
    assert devices["generic-58mm"].settings.completion is CompletionReply.GS_R
    assert {device.flow_control for device in devices.values()} == {FlowControl.XON_XOFF}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"gs_h"', '"never"', "x.toml:2: completion: must be one of gs_h, gs_r, none, is 'never'"),
        ('"gs_h"', "[]", "x.toml:2: completion: must be one of gs_h, gs_r, none, is []"),
        ('"xonxoff"', '"wire"', "x.toml:3: flow_control: must be one of xonxoff, rtscts, dsr, is 'wire'"),
        (
            "completion",
            "complete",
            "x.toml:2: complete: is not known here; allowed: completion, drawer, drawer_open, flow_control, sound",
        ),
        ('completion = "gs_h"\n', "", "x.toml: completion: is missing in [device]"),
        ("[device]", "[printer]", "x.toml: [device]: the table is missing"),
        ("[device]", "[device", "x.toml: not valid TOML"),
        ('"gs_h"', "9" * 5000, "x.toml: not valid TOML"),
        ('"gs_h"', "[" * 5000, "x.toml: not valid TOML"),
    ],
)
def test_a_bad_profile_is_one_line_that_says_where(old: str, new: str, expected: str) -> None:
    with pytest.raises(PrinterSettingsError) as caught:
        parse_escpos_device(GOOD.replace(old, new, 1), "x.toml")
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)
