"""Every check of ``kiosk journal verify`` has its words, good and bad, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.journal.commands import verify
from kiosk.journal.verdict_words import told
from tests.unit.kiosk.journal.test_commands import fill


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_check_has_its_words(tmp_path: Path, language: str) -> None:
    fill(tmp_path)
    verdicts = verify(tmp_path)
    assert len(verdicts) == 7
    for verdict in verdicts:
        good, bad = told(verdict, language), told(replace(verdict, ok=False), language)
        assert verdict.detail in good
        assert "\n" not in good
        said, _, then = bad.partition("\n    → ")
        assert verdict.detail in said
        assert then
        assert said[:5] != good[:5]
