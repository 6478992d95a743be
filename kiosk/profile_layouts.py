"""The approved layouts among the master files. Owns where they are; refuses a set that the receipts' room refuses."""

from kiosk.profile_source import MasterFiles, ProfileError
from receipts.layouts import Layouts, read_layouts
from receipts.template_line import TemplateError

FOLDER = "receipts"
SUFFIX = ".receipt"


def read_approved(files: MasterFiles) -> Layouts:
    """Every version of every document's layout. Raises ProfileError with file, line and column."""
    sources = [files.read(name) for name in files.folder(FOLDER, SUFFIX)]
    try:
        return read_layouts({source.name.rpartition("/")[2]: source.text for source in sources})
    except TemplateError as error:
        raise ProfileError(f"{files.name(FOLDER)}/{error}") from error
