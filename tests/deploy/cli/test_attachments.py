"""`xiaohao attachments`: an operator takes a picture away, told before which subjects name it, and may let it be uploaded again."""

import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import orjson
import pytest

from shared.attachments import DATABASE, Attachment, Attachments, Uploader
from shared.mongo import Mongo
from shared.settings import Settings

CHECKOUT = Path(__file__).parents[3]
CONTENT = b"a face"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ISSUE = "tengzhou-2019/h1/issue/t01~1"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
async def kept(settings: Settings) -> AsyncIterator[Attachments]:
    """A picture that one issue names as evidence, and another in a text alone."""
    reporting = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-reporting")
    found = Attachments(reporting.beside(f"{settings.namespace}{DATABASE}"))
    await found.prepare()
    made = Attachment(SHA256, "image/jpeg", len(CONTENT), None, b"small")
    await found.keep(BytesIO(CONTENT), made, SHA256, lambda: Uploader("bureau", "t01", "t01"))
    for subject, fact in ((ISSUE, {"evidence": [made.reference]}), ("tengzhou-2019/h1/issue/t01~2", {"text": made.reference})):
        await reporting["events"].insert_one({"subject": subject, "value": orjson.dumps({"fact": fact})})
    yield found
    reporting.close()


@pytest.fixture
def xiaohao(settings: Settings, tmp_path: Path) -> Run:
    """Runs `xiaohao attachments` without a terminal."""
    own = {
        "XIAOHAO_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": settings.mongodb_uri.get_secret_value(),
        "XIAOHAO_NAMESPACE": settings.namespace,
        "XDG_CACHE_HOME": str(tmp_path),
        "COLUMNS": "300",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        return subprocess.run(command, cwd=CHECKOUT, env=os.environ | own, input="", capture_output=True, text=True, check=False)

    return run


async def test_a_picture_is_taken_away_once_whoever_asks_for_it_has_read_what_names_it(kept: Attachments, xiaohao: Run) -> None:
    remove = ("attachments", "remove", SHA256, "--reason", "a face", "--by", "wang")
    for arguments, code in (((*remove, "--dry-run"), 0), (remove, 1)):
        ran = xiaohao(*arguments)
        assert (ran.returncode, f"named by 引用者: {ISSUE}\n" in ran.stdout, "t01~2" in ran.stdout) == (code, True, False), ran.stderr
        assert (await kept.find([SHA256]))[SHA256].removed is None
    ran = xiaohao(*remove, "--yes")
    assert (ran.returncode, f"{SHA256} is removed 已删除." in ran.stdout) == (0, True), ran.stderr
    assert (await kept.find([SHA256]))[SHA256].removed
    assert xiaohao("attachments", "allow", f"sha256:{SHA256}", "--reason", "a mistake", "--by", "li").returncode == 0
    assert not await kept.allow(SHA256), "it is allowed, and what names it finds it again once it is uploaded"
    log = " ".join(xiaohao("keys", "log").stdout.split())
    assert [each in log for each in ("attachment-removed", "attachment-allowed", "a face", "a mistake", "wang", "li")] == [True] * 6


def test_what_there_is_not_is_said_to_be_not_there(xiaohao: Run) -> None:
    ran = xiaohao("attachments", "remove", "0" * 64, "--reason", "x", "--yes")
    assert (ran.returncode, "There is no attachment" in ran.stderr, "Traceback" in ran.stderr) == (1, True, False)
