"""Which key signs a day: the one in place once the counter is enrolled, and none for practice."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.cli import PROFILE
from kiosk.commands import load
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME
from kiosk.sync.keys import Enrolment, create_key, save_enrolment
from kiosk.syncing import day_signer, public_key


def test_the_key_in_place_signs_once_the_register_knows_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    profile, _ = load(PROFILE, tmp_path, [])
    assert (day_signer(profile, tmp_path), public_key(tmp_path)) == (None, None)
    key = create_key(tmp_path / KEY_NAME)
    assert day_signer(profile, tmp_path) is None, "not enrolled"
    save_enrolment(tmp_path / ENROLMENT_NAME, Enrolment("http://register", profile.kiosk_id, 1, key.key_id))
    signer = day_signer(profile, tmp_path)
    assert signer is not None
    assert (signer.key_id, public_key(tmp_path)) == (key.key_id, key.public_key)
    assert day_signer(replace(profile, training=True), tmp_path) is None
    (tmp_path / KEY_NAME).chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert day_signer(profile, tmp_path) is None
    assert "the day is not signed" in caplog.text
