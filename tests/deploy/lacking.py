"""An installation that lacks packages: a module that takes away from the tests' own environment what it has not."""

import re
from collections.abc import Iterable
from importlib.metadata import packages_distributions

TAKES_AWAY = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

# The checkout is installed where the tests run, but not there.
sys.meta_path[:] = [Absent(), *(each for each in sys.meta_path if not getattr(each, "__module__", "").startswith("__editable__"))]
"""


def normal(name: str) -> str:
    """A package by the name that all its spellings have in common."""
    return re.sub(r"[-_.]+", "-", name).lower()


def modules_beside(packages: Iterable[str]) -> set[str]:
    """The modules of this environment that none of these packages has, nor Xiaohao itself."""
    kept = {normal(each) for each in packages} | {"xiaohao"}
    owners = {module: {normal(owner) for owner in found} for module, found in packages_distributions().items()}
    return {module for module, found in owners.items() if not found & kept}


def sitecustomize(absent: set[str]) -> str:
    """The text of a `sitecustomize.py` with which Python finds none of these modules."""
    return TAKES_AWAY.format(absent=absent)
