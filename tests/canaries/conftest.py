"""The counter, the site and the journal that other tests use as well."""

from tests.flow.conftest import make_site
from tests.unit.kiosk.conftest import bench, open_bench
from tests.unit.kiosk.sync.test_push import script

__all__ = ["bench", "make_site", "open_bench", "script"]
