"""The emulated provider as a process of its own: started, killed, started again on the same port and book."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from drivers.emulators.paypay.ledger import LedgerEntry, read_ledger
from drivers.payment.paypay.protocol import Keys
from drivers.transport import HttpsClient
from tests.certificates import certificate

START_S_MAX = 20.0
KEYS = Keys("contract-key", "contract-secret", "contract-merchant")


class ProviderProcess:
    """One book, one port, one process after the other."""

    def __init__(self, folder: Path, answers: str, **options: float | bool) -> None:
        """``options``: the emulator's, as Python spells them."""
        self.pem, self._keys = certificate(folder), folder / "keys.toml"
        self._ledger, self._options = folder / "ledger.jsonl", options
        self._keys.write_text(f'api_key = "{KEYS.api_key}"\nsecret = "{KEYS.secret}"\n', encoding="utf-8")
        self.base_url = ""
        self._process = self._start(answers, options)

    def _start(self, answers: str, options: Mapping[str, float | bool]) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "drivers.emulators.paypay", "--ledger", str(self._ledger)]
        command += ["--certificate", str(self.pem), "--merchant", str(self._keys), "--answers", answers]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        assert ready[:1] == ["ready"], "the provider does not start"
        self.base_url = ready[1]
        return process

    def kill(self) -> None:
        """SIGKILL: nothing of it is tidied."""
        self._process.kill()
        self._reap()

    def start_again(self, answers: str = "") -> None:
        """On the same port, with the same book."""
        self._process = self._start(answers, {**self._options, "port": int(self.base_url.rsplit(":", 1)[1])})

    def stop(self) -> None:
        """SIGTERM."""
        self._process.terminate()
        self._reap()

    def client(self, *, ca_file: str | None = None) -> HttpsClient:
        """A way to it that trusts its certificate."""
        return HttpsClient(self.base_url, ca_file=str(self.pem) if ca_file is None else ca_file)

    def book(self) -> tuple[LedgerEntry, ...]:
        """What it has written so far."""
        return read_ledger(self._ledger)

    def _reap(self) -> None:
        self._process.wait(START_S_MAX)
        if self._process.stdout is not None:
            self._process.stdout.close()
