"""What `xiaohao up` makes at the first start in a folder, and keeps."""

from pathlib import Path

from deploy.demo.up import made_pseudonym_key
from shared.settings import Settings


def test_the_pseudonym_key_is_made_once_in_a_folder_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    made = made_pseudonym_key(tmp_path)
    assert made_pseudonym_key(tmp_path) == made
    assert (tmp_path / "pseudonym-key").stat().st_mode & 0o077 == 0
    assert Settings.model_validate({"pseudonym_key": made}).pseudonym_key
    (tmp_path / "other").mkdir()
    assert made_pseudonym_key(tmp_path / "other") != made
