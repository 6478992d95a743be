"""A new key for a kiosk: cut off at every step, it is taken up again, and the kiosk is never without a valid key."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.sync.client import Answer, NoAnswer, RegisterClient
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME, NEXT_KEY_NAME, enroll
from kiosk.sync.keys import SigningKey, load_enrolment, load_key
from kiosk.sync.push import Pushed, RefusedByRegister, push_once
from kiosk.sync.rotate import RotationError, rotate_key
from register.domain.clock import wall_ms
from register.services.enroll import revoke
from tests.contract.register.conftest import Site
from tests.pushing_counter import PushingCounter, now_iso


class PowerCut(BaseException):
    """Nothing after this is done."""


class CutClient(RegisterClient):
    """The product's client on a machine whose power goes before or after its N-th request."""

    steps = 0
    cut_at = -1
    silent = False

    def _request(self, method: str, what: str, headers: dict[str, str], body: bytes) -> Answer:
        self._step()
        answer = super()._request(method, what, headers, body)
        self._step()
        return answer

    def _step(self) -> None:
        CutClient.steps += 1
        if CutClient.steps == CutClient.cut_at:
            raise NoAnswer("lost") if CutClient.silent else PowerCut


def connect_to(counter: PushingCounter) -> Callable[[SigningKey], RegisterClient]:
    def connect(key: SigningKey) -> RegisterClient:
        enrolment = replace(load_enrolment(counter.folder / ENROLMENT_NAME), url=counter.enrolment.url)
        return CutClient(enrolment, key, now_iso=now_iso)

    return connect


def sell_with_the_key_in_place(counter: PushingCounter, number: int) -> None:
    counter.sell(number, 100 + number)
    client = connect_to(counter)(load_key(counter.folder / KEY_NAME))
    try:
        assert isinstance(push_once(counter.journal, client), Pushed)
    finally:
        client.close()


@pytest.fixture(autouse=True)
def whole_steps() -> None:
    CutClient.steps, CutClient.cut_at, CutClient.silent = 0, -1, False


def test_a_new_key_is_taken_and_the_old_one_retired(site: Site, counter: PushingCounter) -> None:
    old = counter.key
    sell_with_the_key_in_place(counter, 1)
    new = rotate_key(counter.folder, connect_to(counter))
    assert new.key_id != old.key_id
    assert load_key(counter.folder / KEY_NAME).key_id == new.key_id
    assert load_enrolment(counter.folder / ENROLMENT_NAME).key_id == new.key_id
    assert not (counter.folder / NEXT_KEY_NAME).exists()
    sell_with_the_key_in_place(counter, 2)
    counter.sell(3, 300)
    refused = push_once(counter.journal, counter.client)
    assert isinstance(refused, RefusedByRegister)
    assert refused.rule == "key_revoked"
    sell_with_the_key_in_place(counter, 4)
    assert site.is_whole(counter)


@pytest.mark.parametrize("silent", [False, True], ids=["power cut", "answer lost"])
@pytest.mark.parametrize("cut_at", [1, 2, 3, 4])
def test_a_change_of_keys_cut_anywhere_is_taken_up_again(
    site: Site, counter: PushingCounter, cut_at: int, silent: bool
) -> None:
    old_key_id = counter.key.key_id
    CutClient.cut_at, CutClient.silent = cut_at, silent
    with pytest.raises(RotationError if silent else PowerCut):
        rotate_key(counter.folder, connect_to(counter))
    sell_with_the_key_in_place(counter, 1)  # whichever it is, it is valid
    new = rotate_key(counter.folder, connect_to(counter))
    assert new.key_id != old_key_id
    sell_with_the_key_in_place(counter, 2)
    assert [(row["key"], row["state"]) for row in site.keys(counter.kiosk_id)] == [
        (old_key_id, "retired"),
        (new.key_id, "valid"),
    ]
    assert site.is_whole(counter)


def test_a_change_over_that_a_disk_forgot_is_found_again(counter: PushingCounter) -> None:
    """The register has retired the old key; the disk has both files as they were before."""
    before = {name: (counter.folder / name).read_bytes() for name in (KEY_NAME, ENROLMENT_NAME)}
    rotate_key(counter.folder, connect_to(counter))
    successor = (counter.folder / KEY_NAME).read_bytes()
    for name, content in {**before, NEXT_KEY_NAME: successor}.items():
        path = counter.folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
    rotate_key(counter.folder, connect_to(counter))
    sell_with_the_key_in_place(counter, 1)


def test_a_key_is_taken_with_the_proof_of_its_own_secret_only(counter: PushingCounter) -> None:
    """A public key seen elsewhere cannot be made this kiosk's; neither can one signed for another kiosk."""

    class Borrowed(SigningKey):
        def sign(self, message: bytes) -> bytes:
            return counter.key.sign(message)

    stranger = Borrowed(SigningKey.generate().private)
    answer = counter.client.post_key(stranger)
    assert (answer.status, answer.text("rule")) == (401, "bad_signature")
    answer = counter.client.post_key(SigningKey.generate())
    assert (answer.status, answer.fields["valid"]) == (200, True)


def test_a_retired_key_lets_no_other_in_and_a_key_cannot_retire_itself(counter: PushingCounter) -> None:
    new = rotate_key(counter.folder, connect_to(counter))
    answer = counter.client.post_key(SigningKey.generate())
    assert (answer.status, answer.text("rule")) == (403, "key_revoked")
    client = connect_to(counter)(new)
    assert client.post_retire(new.key_id).text("rule") == "invalid"
    assert client.post_key(counter.key).text("rule") == "invalid"
    client.close()


def test_a_new_key_revoked_before_it_came_into_use_is_replaced_by_another(site: Site, counter: PushingCounter) -> None:
    """The old one is in place and valid all the while."""
    CutClient.cut_at = 2
    with pytest.raises(PowerCut):
        rotate_key(counter.folder, connect_to(counter))
    spent = load_key(counter.folder / NEXT_KEY_NAME).key_id
    assert revoke(site.engine, counter.kiosk_id, key_id=spent, now_ms=wall_ms) == 1
    with pytest.raises(RotationError, match="make another"):
        rotate_key(counter.folder, connect_to(counter))
    sell_with_the_key_in_place(counter, 1)
    assert rotate_key(counter.folder, connect_to(counter)).key_id not in (spent, counter.key.key_id)
    sell_with_the_key_in_place(counter, 2)
    assert site.is_whole(counter)


def test_a_revoked_kiosk_is_let_in_again_by_a_code_with_a_new_key(site: Site, counter: PushingCounter) -> None:
    """What it sold meanwhile arrives; what the revoked key signed before still verifies; its use is an alarm."""
    sell_with_the_key_in_place(counter, 1)
    assert revoke(site.engine, counter.kiosk_id, key_id=None, now_ms=wall_ms) == 1
    for number in (2, 3):
        counter.sell(number, 200)
        refused = push_once(counter.journal, counter.client)
        assert isinstance(refused, RefusedByRegister)
        assert (refused.rule, refused.frozen) == ("key_revoked", True)
    code = site.code(counter.kiosk_id)
    enroll(url=site.register.url, code=code, kiosk_id=counter.kiosk_id, directory=counter.folder)
    sell_with_the_key_in_place(counter, 4)
    assert counter.journal.books().sync_status().frozen_reason == ""
    assert site.is_whole(counter)
    assert [row["state"] for row in site.keys(counter.kiosk_id)] == ["revoked", "valid"]
    assert site.events(counter.kiosk_id) == [
        "code_issued",
        "enrolled",
        "key_revoked",
        "key_refused",  # once, however often it knocks
        "code_issued",
        "enrolled",
    ]


def test_a_register_that_is_away_is_said_so(counter: PushingCounter) -> None:
    counter.enrolment = replace(counter.enrolment, url="http://127.0.0.1:9")
    with pytest.raises(RotationError, match="does not answer"):
        rotate_key(counter.folder, connect_to(counter))
    assert load_key(counter.folder / KEY_NAME).key_id == counter.key.key_id
