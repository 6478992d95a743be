"""An import-linter contract that lists what a room may import. Owns the matching; refuses everything not listed.

A list of what is forbidden grows with every new dependency and is forgotten once; a list of what is allowed is not.
"""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def is_in(module: str, pattern: str) -> bool:
    """Whether ``module`` is ``pattern`` or inside it; ``*`` in a pattern stands for one name."""
    names, wanted = module.split("."), pattern.split(".")
    return len(names) >= len(wanted) and all(want in ("*", name) for name, want in zip(names, wanted, strict=False))


class AllowedImportsContract(Contract):
    """Modules import the standard library, what ``allowed`` lists, and nothing that ``denied`` lists.

    Options, each a list of patterns: ``modules`` the rule holds for; ``exempt`` among them (optional); ``allowed``
    (optional); ``denied`` (optional), which wins over ``allowed`` and may name the standard library.
    """

    type_name = "allowed_imports"

    modules = fields.ListField(subfield=fields.StringField())
    exempt = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    allowed = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    denied = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def holds_for(self, module: str) -> bool:
        """Whether ``module`` is under this contract."""
        return self._any(module, "modules") and not self._any(module, "exempt")

    def allows(self, imported: str) -> bool:
        if self._any(imported, "denied"):
            return False
        return imported.split(".")[0] in sys.stdlib_module_names or self._any(imported, "allowed")

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import of the modules it holds for; what those import is under their own contract."""
        wrong = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if self.holds_for(importer)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self.allows(imported)
        ]
        output.verbose_print(verbose, f"{len(wrong)} imports that are not allowed")
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} may not import {imported}", bold=True)
        output.new_line()

    def _any(self, module: str, option: str) -> bool:
        patterns: list[str] = getattr(self, option)
        return any(is_in(module, pattern) for pattern in patterns)
