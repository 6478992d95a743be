"""Key and enrolment files: private, whole, and refused in one line when they are not."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.sync.keys import Enrolment, KeyFileError, create_key, load_enrolment, load_key, save_enrolment


def test_a_new_key_is_its_owners_alone_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "state" / "kiosk-key.pem"
    key = create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = load_key(path)
    assert (loaded.public_key, loaded.key_id) == (key.public_key, key.key_id)
    Ed25519PublicKey.from_public_bytes(key.public_key).verify(loaded.sign(b"x"), b"x")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = create_key(path)
    with pytest.raises(KeyFileError):
        create_key(path)
    assert load_key(path).public_key == key.public_key


def test_a_key_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    create_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_key(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="not a key file"):
        load_key(path)


def test_a_missing_key_says_to_enrol(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="enrol the kiosk"):
        load_key(tmp_path / "key")


def test_an_enrolment_is_kept_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "enrolment.json"
    for epoch in (1, 2):
        enrolment = Enrolment("https://register.example", "k1", epoch, "0" * 16)
        save_enrolment(path, enrolment)
        assert load_enrolment(path) == enrolment


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "[" * 4000, '{"url":"x","kiosk_id":"k","epoch":true,"key_id":"0"}']
)
def test_what_is_no_enrolment_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "enrolment.json"
    path.write_text(content)
    with pytest.raises(KeyFileError, match="not an enrolment"):
        load_enrolment(path)


def test_a_power_cut_while_a_key_is_written_leaves_room_for_another(tmp_path: Path) -> None:
    """What was half written is under another name: the next try makes a whole key."""
    (tmp_path / "key.new").write_bytes(b"-----BEGIN PRIV")
    key = create_key(tmp_path / "key")
    assert load_key(tmp_path / "key").key_id == key.key_id
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
