"""The campaigns as data: every plan fits its schema, its made-up units fit it, and none is known to the code."""

import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from deploy.plans.read import read_plan, read_units
from shared.events.campaign import BookOpened
from shared.file_mistakes import FileMistake
from shared.plan import Plan
from tests.deploy.plans.campaigns import (
    CAMPAIGNS,
    DONGLI,
    QINGDAO,
    RIVERS,
    SAFETY,
    TENGZHOU,
    WUYUAN,
    YANGPU,
    announced,
    codes,
    recorded,
)


def fits_schema(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--schemafile",
        str(CAMPAIGNS.parents[1] / "docs/plan.schema.json"),
        *map(str, files),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_plan_fits_the_schema_for_editors_which_marks_a_misspelt_field(tmp_path: Path) -> None:
    checked = fits_schema(*(file for file in CAMPAIGNS.glob("*.yaml") if file.stem != "try-it"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    misspelt = tmp_path / "plan.yaml"
    misspelt.write_text(
        (CAMPAIGNS / "tengzhou-2019.yaml").read_text(encoding="utf-8").replace("carry_over_owner", "cary_over_owner"), "utf-8"
    )
    assert "'cary_over_owner' was unexpected" in fits_schema(misspelt).stdout


@pytest.mark.parametrize(
    ("sides", "fits"), [("before: 3", True), ("before: 3, after: null", True), ("before: 3, after: 3", False), ("levels: 1", False)]
)
def test_the_schema_for_editors_wants_a_step_on_one_side_of_its_last_day_as_the_check_does(tmp_path: Path, sides: str, fits: bool) -> None:
    plan = tmp_path / "plan.yaml"
    text = (CAMPAIGNS / "dongli-2022.yaml").read_text(encoding="utf-8")
    plan.write_text(text.replace("{clock: fix, before: 2}", f"{{clock: fix, {sides}}}"), encoding="utf-8")
    assert (fits_schema(plan).returncode == 0) is fits
    with nullcontext() if fits else pytest.raises(FileMistake, match=r"steps\.0: a step lies either before or after"):
        read_plan(plan)


@pytest.mark.parametrize("plan", [TENGZHOU, QINGDAO, YANGPU, WUYUAN, DONGLI, SAFETY, RIVERS], ids=lambda plan: plan.campaign)
@pytest.mark.covers("I1", "I5")
def test_every_plan_has_made_up_units_of_all_its_classes_whose_lines_and_recipients_are_known(plan: Plan) -> None:
    tree = read_units(CAMPAIGNS / f"units/{plan.campaign}.yaml", plan)
    assert 8 <= len(tree) <= 20
    assert {unit.unit_class for unit in tree} == set(codes(plan, "classes"))
    assert {line for unit in tree for line in unit.superiors} == set(codes(plan, "lines"))
    assert {each.recipient for each in plan.obligations if each.recipient} <= {unit.id for unit in tree}
    assert {tag for target in plan.targets for tag in target.needs} <= {tag for unit in tree for tag in unit.tags}
    ledger = announced(plan, tree)
    assert all(any(isinstance(fact, BookOpened) for fact in recorded(ledger, plan, unit)) for unit in tree)


@pytest.mark.parametrize("plan", [TENGZHOU, QINGDAO, YANGPU, WUYUAN, DONGLI, SAFETY, RIVERS], ids=lambda plan: plan.campaign)
def test_no_service_knows_a_campaign_by_its_name(plan: Plan) -> None:
    root = Path(__file__).parents[3]
    code = [file for folder in ("services", "shared") for file in (root / folder).rglob("*.py")]
    assert len(code) > 100
    assert not [file for file in code if plan.campaign in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("file", sorted(CAMPAIGNS.glob("*-20??*.yaml")), ids=lambda file: file.stem)
def test_no_plan_holds_a_telephone_number_or_a_mailbox(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\d{7,}|@", text)
