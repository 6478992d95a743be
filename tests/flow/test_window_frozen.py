"""The real window at a register that holds another journal: the light, the sentence, and no charge at the terminal."""

import time

from kiosk.presenters.state import Done, Editing
from kiosk.services.notices import Light
from register.domain.refusal import Rule
from register.services.accept_batch import freeze
from register.store.engine import using_store, writing
from tests.flow.conftest import MakeSite, OpenCounter
from tests.flow.test_window import band, charge, ledger_yen


def test_a_frozen_counter_charges_nobody_and_says_whom_to_call(make_site: MakeSite, open_counter: OpenCounter) -> None:
    site = make_site()
    clerk = open_counter(site)
    with using_store(site.paths.register_url) as engine, writing(engine) as connection:
        freeze(
            connection, "shiminka-1", Rule.FORK, "entry 3 is not the one acknowledged before", time.time_ns() // 10**6
        )
    charge(clerk)
    clerk.until("the sale that nobody could know of is paid", lambda state: isinstance(state.stage, Done))
    clerk.until("the light says so", lambda s: s.status is not None and s.status.register.reason == "register_frozen")
    status = clerk.state().status
    assert status is not None
    assert status.register.light is Light.BAD
    charged_yen = ledger_yen(site)
    clerk.presenter.main_action()
    charge(clerk)
    clerk.until("it is refused", lambda _: "会計できません" in band(clerk))
    clerk.picture("register-frozen")
    assert isinstance(clerk.state().stage, Editing), "the cart is there, for the counter next door"
    assert "請求していません" in band(clerk)
    assert ledger_yen(site) == charged_yen
