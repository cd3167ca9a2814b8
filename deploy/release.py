"""`make release`: wheel, source, bill of materials and image of a version, into `dist/`; refused where something is stale, dirty or failing.

Nothing is pushed, published or tagged: what it made is looked at first.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from shared.version import VERSION

ROOT = Path(__file__).parents[1]
NAMED = {
    "docker-compose.yml": r"image: xiaohao:(\S+)",
    "deploy/k8s/base/kustomization.yaml": r"newTag: (\S+)",
    "docs/deploy.md": r"/xiaohao:([\d.]+)",
}
"""Files that name the version of the image, and how; the version itself stands in `shared/version.py`."""
DATED = r"## {} - \d{{4}}-\d{{2}}-\d{{2}}"


class Failed(Exception):
    """A step that did not succeed."""


def obstacles(root: Path, version: str) -> Iterator[str]:
    """What is to be put right before this version can be released."""
    if dirty := _said(["git", "status", "--porcelain"], root):
        yield f"the tree is dirty: {', '.join(line[3:] for line in dirty.splitlines()[:5])}"
    first = next(iter(re.findall(r"(?m)^## .*$", (root / "CHANGELOG.md").read_text("utf-8"))), "")
    if not re.fullmatch(DATED.format(re.escape(version)), first):
        yield f"CHANGELOG.md begins with `{first}`: call it `## {version} - ` and the day"
    for name, pattern in NAMED.items():
        if wrong := set(re.findall(pattern, (root / name).read_text("utf-8"))) - {version}:
            yield f"{name} names version {', '.join(sorted(wrong))}, not {version}"
    if f"\n## {version}\n" not in (root / "docs/upgrade.md").read_text("utf-8"):
        yield f"docs/upgrade.md does not say what {version} asks for"
    if not (root / f"tests/upgrade/written-by-{version}").is_dir():
        yield f"nothing that {version} writes is kept for the next version: python -m tests.upgrade.write"
    if _said(["git", "tag", "--list", f"v{version}"], root):
        yield f"{version} was released before: there is a tag v{version}"


def known_faults(answer: str) -> Iterator[str]:
    """What `pip-audit` found, by its JSON; also what it could not look up, which it passes over with success."""
    try:
        looked_up: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        yield "the advisories could not be asked"
        return
    if unasked := [each["name"] for each in looked_up if "skip_reason" in each]:
        yield f"{len(unasked)} of {len(looked_up)} packages could not be looked up, such as {unasked[0]}"
    for each in looked_up:
        yield from (f"{each['name']} {each['version']} has {fault['id']}" for fault in each.get("vulns", ()))


def audit(root: Path) -> list[str]:
    """The faults that are known of what the image has, and of what develops it."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock", "--require-hashes", "--disable-pip"]
    ran = subprocess.run([*command, "--format", "json", "--progress-spinner", "off"], cwd=root, capture_output=True, text=True, check=False)
    return list(known_faults(ran.stdout))


def packages(root: Path, out: Path) -> None:
    """Wheel and source of what git knows of, and of nothing that lies beside it. Raises Failed."""
    with tempfile.TemporaryDirectory() as made:
        source = Path(made)
        for name in _said(["git", "ls-files", "-z"], root).split("\0"):
            if name and (root / name).is_file():
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, source / name)
        uv = Path(sys.executable).with_name("uv")
        _run([str(uv), "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(out), str(source)], root)


def bill_of_materials(root: Path, out: Path) -> None:
    """What the image has, as CycloneDX. Raises Failed."""
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", "deploy/docker/requirements.lock"]
    how = ["--pyproject", "pyproject.toml", "--mc-type", "application", "--output-reproducible", "--output-format", "JSON"]
    file = out / f"xiaohao-{VERSION}.cdx.json"
    _run([*command, *how, "--output-file", str(file)], root)
    bill = json.loads(file.read_text("utf-8"))
    bill["metadata"]["component"]["version"] = VERSION  # which pyproject.toml leaves to shared/version.py
    file.write_text(json.dumps(bill, ensure_ascii=False, indent=1) + "\n", "utf-8")


def image(root: Path) -> str:
    """Build it where Docker is. Raises Failed."""
    if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "no image: Docker is not here"
    _run(["docker", "build", "--quiet", "--file", "deploy/docker/Dockerfile", "--tag", f"xiaohao:{VERSION}", "."], root)
    return f"image xiaohao:{VERSION}"


def main(arguments: Sequence[str] = sys.argv[1:]) -> None:
    """All of it, or nothing and the reasons."""
    unaudited, out = "--unaudited" in arguments, ROOT / "dist"
    try:
        _require(list(obstacles(ROOT, VERSION)))
        _run(["make", "check"], ROOT)
        _require(
            [] if unaudited else audit(ROOT), "; where the advisories cannot be reached: make release UNAUDITED=1, and audit elsewhere"
        )
        shutil.rmtree(out, ignore_errors=True)
        packages(ROOT, out)
        bill_of_materials(ROOT, out)
        built = image(ROOT)
    except Failed as failed:
        sys.exit(f"not released: {failed}")
    made = sorted(file for file in out.iterdir() if file.name.startswith("xiaohao"))
    (out / "SHA256SUMS").write_text("".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in made), "utf-8")
    said = [
        *(str(file.relative_to(ROOT)) for file in made),
        built,
        *(["NOT AUDITED: ask the advisories before it is used"] if unaudited else []),
    ]
    sys.stdout.write("\n".join([*said, f"Look at it, then: git tag v{VERSION}", ""]))


def _require(found: list[str], hint: str = "") -> None:
    """Raises Failed."""
    if found:
        raise Failed("\n  ".join(["", *found]) + hint)


def _said(command: list[str], root: Path) -> str:
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def _run(command: list[str], root: Path) -> None:
    """Raises Failed."""
    if subprocess.run(command, cwd=root, env=os.environ, check=False).returncode:
        raise Failed(f"`{' '.join(command)}` failed")


if __name__ == "__main__":
    main()
