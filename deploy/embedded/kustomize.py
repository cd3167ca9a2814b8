"""Kustomize, which builds `deploy/k8s`: kubectl's own where that is new enough, else built once by Go into the user's cache."""

import json
import os
import shutil
import subprocess
import sys

from deploy.client.running import cache_folder
from deploy.embedded.tools import ToolsError

VERSION = "v5.7.1"
"""Go checks what it fetches by its checksum database."""


def kustomize() -> list[str]:
    """The command to which a folder is given. Raises ToolsError where neither kubectl nor Go is here."""
    if (kubectl := shutil.which("kubectl")) and _version(kubectl) >= 5:
        return [kubectl, "kustomize"]
    folder = cache_folder() / "tools" / f"kustomize-{VERSION}"
    if not (folder / "kustomize").exists():
        if not shutil.which("go"):
            raise ToolsError("Kustomize comes with kubectl 1.27 or later, or is built by Go; this machine has neither")
        command = ["go", "install", f"sigs.k8s.io/kustomize/kustomize/v5@{VERSION}"]
        built = subprocess.run(
            command, env=os.environ | {"GOBIN": str(folder), "GOFLAGS": "", "CGO_ENABLED": "0"}, capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise ToolsError(f"`{' '.join(command)}` failed: {built.stderr.strip()[-500:]}")
    return [str(folder / "kustomize"), "build"]


def _version(kubectl: str) -> int:
    """The first number of the version of Kustomize that a kubectl has in it; 0 where it has none."""
    said = subprocess.run([kubectl, "version", "--client", "--output", "json"], capture_output=True, text=True, check=False)
    try:
        return int(json.loads(said.stdout)["kustomizeVersion"].removeprefix("v").split(".")[0])
    except (ValueError, KeyError):
        return 0


def main() -> None:
    """Have it here, or say why not."""
    try:
        sys.stdout.write(f"{' '.join(kustomize())}\n")
    except ToolsError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
