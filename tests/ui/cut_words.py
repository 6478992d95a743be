"""Words on a window that do not fit where they stand."""

from PySide6.QtWidgets import QWidget


def clipped(window: QWidget) -> list[str]:
    """Words in sight that are cut, as ``objectName: text``."""
    found = []
    for child in window.findChildren(QWidget):
        check = getattr(child, "clipped", None)
        if check is not None and child.isVisible() and check():
            words = child.property("text") or child.accessibleName()
            found.append(f"{type(child).__name__} {child.objectName()} {child.size().toTuple()}: {words}")
    return found
