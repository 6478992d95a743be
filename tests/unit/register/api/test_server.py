"""A bug behind the register's address, under the real server: the client's bytes do not reach its log."""

import subprocess
import sys
import urllib.error
import urllib.request

import pytest

CARD = "4761739001010119"
PROGRAM = """
import register.api.server as server
from fastapi import FastAPI
def make_app(*_):
    app = FastAPI()
    @app.get("/{card}")
    def fall(card: str) -> None:
        raise ValueError(card)
    return app
server.make_app = make_app
server.serve(None, host="127.0.0.1", port=0, ready_file=None)
"""


def test_a_bug_is_logged_by_place_alone() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        url = served.stdout.readline().split()[1]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/{CARD}")
        with refused.value as answer:
            assert answer.code == 500
            assert CARD not in answer.read().decode()
        served.terminate()
        _, told = served.communicate()
    assert "bug: ValueError at " in told
    assert CARD not in told
    assert "Traceback" not in told
