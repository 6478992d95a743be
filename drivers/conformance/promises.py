"""The one test of the kit, made by the plugin for each scene and kind of fault. Owns the assertion alone."""


def test_keeps_its_promises(broken_promises: list[str]) -> None:
    assert broken_promises == []
