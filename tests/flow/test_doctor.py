"""``kiosk doctor`` at a whole site: all well, and each part gone in turn is named."""

import json

from tests.flow.conftest import MakeSite
from tests.flow.test_sell import enroll, kiosk, sell


def examine(make: "tuple[int, str, str]") -> tuple[int, dict[tuple[str, str], tuple[str, str]]]:
    code, out, error = make
    assert out, error
    told = [json.loads(line) for line in out.splitlines()]
    assert all(set(one) == {"check", "subject", "verdict", "detail", "next"} for one in told)
    assert [one for one in told if one["verdict"] != "ok" and not one["next"]] == []
    return code, {
        (one["check"], one["subject"]): (one["verdict"], one["detail"]) for one in told if one["check"] != "port"
    }


def test_a_counter_at_work_is_well_and_what_breaks_is_named(make_site: MakeSite) -> None:
    site = make_site()
    code, before = examine(kiosk(site, "doctor", "--json", "--language", "en"))
    assert before["device", "terminal"][0] == "ok"
    assert before["printer", "receipt"][0] == "ok"
    assert before["scanner", "lines"][0] == "ok"
    assert before["display", "line20"][0] == "ok"
    assert before["clock", "register"][0] == "ok"
    assert before["register", "shiminka-1"][0] == "attention"
    assert before["journal", "-"][0] == "attention"
    assert code == 0

    enroll(site)
    assert sell(site, "--item", "1001", "--tender", "cash")[0] == 0
    code, working = examine(kiosk(site, "doctor", "--json", "--language", "en"))
    assert code == 0
    assert working["register", "shiminka-1"][0] == "ok"
    assert "checks passed" in working["journal", str(site.paths.kiosk)][1]

    gone = f"display.port={site.paths.root / 'gone'}"
    broken_ports = ("register_url=http://127.0.0.1:9", "printer.port=usb:0403:ffff", "scanner.port=/nowhere", gone)
    overrides = [word for setting in broken_ports for word in ("--set", setting)]
    code, broken = examine(kiosk(site, "doctor", "--json", "--language", "en", *overrides))
    assert code == 1
    assert broken["register", "shiminka-1"][0] == "bad"
    assert broken["printer", "receipt"] == ("bad", "the port cannot be opened: usb:0403:ffff")
    assert broken["device", "terminal"][0] == "ok"
    assert broken["scanner", "lines"] == ("bad", "the port cannot be opened: /nowhere")
    assert broken["display", "line20"][0] == "bad"
