"""The command line: it says what a user can put right, in words."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import structlog
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from deploy.cli.app import app, main
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import book_of
from tests.deploy.given import Played

XIAOHAO = (sys.executable, "-m", "deploy.cli")
CHECKOUT = Path(__file__).parents[3]
Operator = Callable[..., Result]
COMMANDS = (
    "up",
    "demo",
    "fetch",
    "feed",
    "simulate",
    "announce",
    "plan",
    "plan check",
    "plan show",
    "tail",
    "verify",
    "rebuild",
    "restore",
    "dead",
    "dead list",
    "dead show",
    "dead replay",
    "dead drop",
    "status",
    "doctor",
    "erase",
    "people",
    "people release",
    "keys",
    "keys new",
    "keys list",
    "keys rotate",
    "keys revoke",
    "keys log",
    "campaigns",
    "campaigns allow",
    "campaigns list",
    "attachments",
    "attachments remove",
    "attachments allow",
    "topics",
    "topics ensure",
)


def xiaohao(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*XIAOHAO, *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    ran = CliRunner().invoke(app, [*command.split(), "--help"])
    assert ran.exit_code == 0
    assert "Usage:" in ran.output


def test_a_misspelt_setting_is_refused_by_its_name() -> None:
    ran = xiaohao("tail", XIAOHAO_KAFKA_BOTSTRAP="127.0.0.1:1")
    assert ran.returncode == 1
    assert "XIAOHAO_KAFKA_BOTSTRAP: no setting has this name; did you mean XIAOHAO_KAFKA_BOOTSTRAP?" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("feed", "no-such-file", "--url", "http://127.0.0.1:1", "--key", "k"), "no-such-file: No such file or directory"),
        (("feed", "LICENSE", "--key", "k"), "Say --url"),
        (
            ("feed", "docker-compose.yml", "--url", "nowhere", "--key", "k"),
            "docker-compose.yml:1: this is no file of events, it begins with",
        ),
        (("plan", "check", "deploy/campaigns/try-it.yaml"), "campaign: this is a template and no plan yet: $campaign is to be filled in"),
        (("announce", "no-plan.yaml", "no-units.json"), "no-plan.yaml"),
        (("plan", "check", "LICENSE"), "LICENSE:"),
        (("demo", "--plan", "deploy/campaigns/try-it.yaml"), "campaign: this is a template and no plan yet"),
        (
            ("demo", "--plan", "deploy/campaigns/wuyuan-2018.yaml", "--tree", "deploy/campaigns/units/dongli-2022.yaml"),
            "unit_class: ",
        ),
        (("tail",), "Nothing runs here"),
        (("rebuild", "--dir", "docs"), "docs is no folder that `xiaohao up --dir` kept"),
        (("restore", "--from-topic", "--dir", "docs"), "docs is no folder that `xiaohao up --dir` kept"),
        (("verify", "--kafka", "127.0.0.1:1"), "Kafka at 127.0.0.1:1 does not answer"),
        (("verify", "--kafka", "127.0.0.1:1", "--head", "x@1"), "--head 'x@1': write it as it was printed"),
        (("tail", "--kafka", "127.0.0.1:1"), "Kafka at 127.0.0.1:1 does not answer"),
        (("dead", "list", "--kafka", "nonsense"), "Kafka at nonsense does not answer"),
        (("demo", "--plan", "LICENSE"), "LICENSE"),
    ],
)
def test_mistakes_are_told_without_a_traceback(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ran = xiaohao(*arguments, XDG_CACHE_HOME=str(tmp_path))
    assert ran.returncode == 1
    assert said in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_campaign_that_is_over_is_told_with_a_word_on_what_becomes_of_it_by_the_wall_clock(tmp_path: Path) -> None:
    where = ("--to", "http", "--url", "http://127.0.0.1:1", "--key", "xh_bureau_secret")
    told = xiaohao("simulate", "deploy/campaigns/tengzhou-2019.yaml", *where, XDG_CACHE_HOME=str(tmp_path))
    assert "tengzhou-2019 ended on 2019-08-31: by the wall clock nothing new is entered any more (after-campaign)." in told.stderr


def test_what_is_made_up_for_a_file_is_told_under_the_source_of_the_key_that_it_is_fed_with(tmp_path: Path) -> None:
    file = tmp_path / "out.ndjson"
    made = xiaohao(
        "simulate", "deploy/campaigns/wuyuan-2018.yaml", "--to", str(file), "--key", "xh_bureau_secret", XDG_CACHE_HOME=str(tmp_path)
    )
    assert "under the source bureau" in made.stderr
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {each["source"] for each in events} == {"bureau"}
    reports = [each["subject"] for each in events if each["type"] == "IssueReported"]
    assert reports
    assert all("/issue/bureau~" in each for each in reports)


def test_a_plan_is_checked_and_its_calendar_shown() -> None:
    checked = xiaohao("plan", "check", "deploy/campaigns/tengzhou-2019.yaml")
    assert (checked.returncode, "can be announced" in checked.stdout) == (0, True)
    shown = xiaohao("plan", "show", "deploy/campaigns/tengzhou-2019.yaml", COLUMNS="100").stdout
    assert re.search(r"2019-03-31\s+周日 休\s+P3\.1\s+Due 报送\s+问题清单", shown)


def test_a_name_that_pictures_cannot_show_whole_is_said_with_its_line_and_is_no_mistake(tmp_path: Path) -> None:
    plan = Path("deploy/campaigns/tengzhou-2019.yaml").read_text("utf-8").replace("{zh: 服务环境,", "{zh: 服务🏥环境𠮷㙟,")
    (tmp_path / "plan.yaml").write_text(plan, "utf-8")
    line = next(number for number, each in enumerate(plan.splitlines(), 1) if "🏥" in each)
    checked = xiaohao("plan", "check", str(tmp_path / "plan.yaml"))
    assert (checked.returncode, checked.stdout.count("🏥 𠮷")) == (0, 2)
    assert f"{line}" in next(each for each in checked.stdout.splitlines() if "categories.0.name.zh" in each)
    assert "〓" not in xiaohao("plan", "check", "deploy/campaigns/tengzhou-2019.yaml").stdout


def test_what_falls_due_again_and_again_is_shown_with_its_days_in_words() -> None:
    safety = xiaohao("plan", "show", "deploy/campaigns/mine-safety-2024.yaml", COLUMNS="160").stdout
    assert re.search(r"每周 every week\s+2024-11-04 … 2025-01-15 \(12\)\s+值守周报", safety)
    assert re.search(r"逢双月 in even months\s+2025-03-07, 2025-05-12\s+应急演练记录", safety)
    assert re.search(r"逢双月 in even months\s+2024-12-31, 2025-01-15\s+吹哨人奖", safety)
    yangpu = xiaohao("plan", "show", "deploy/campaigns/yangpu-2013.yaml", COLUMNS="160").stdout
    assert re.search(r"每两个月 every two months\s+2013-05-31 … 2013-10-31 \(4\)\s+金点子奖", yangpu)
    assert not re.search(r"two-monthly|even-months|rolling|quarterly", safety + yangpu)


def test_the_calendar_of_a_plan_loses_nothing_in_80_columns_or_in_a_pipe_and_names_whose_each_return_is() -> None:
    qingdao = xiaohao("plan", "show", "deploy/campaigns/qingdao-2023-v2.yaml", COLUMNS="80").stdout
    assert re.search(r"月调度\s+市医务工会", qingdao)
    assert qingdao.count("最下级 lowest") == 3
    wide = xiaohao("plan", "show", "deploy/campaigns/mine-safety-2024.yaml", COLUMNS="200").stdout
    assert re.search(r"本单位工作方案\s+除下列外 all but 县安全生产委员会办公室", wide)
    assert re.search(r"隐患清单\s+化工企业、矿山企业、学校（食堂）", wide)


@pytest.fixture
def operator(settings: Settings) -> Operator:
    """Runs commands for the keys of an installation, in this process."""
    place = {"XIAOHAO_MONGODB_URI": settings.mongodb_uri.get_secret_value(), "XIAOHAO_NAMESPACE": settings.namespace, "COLUMNS": "200"}
    return lambda *arguments: CliRunner().invoke(app, arguments, env=place)


def test_a_key_is_made_once_listed_rotated_and_revoked_and_all_of_it_stands_in_the_log(operator: Operator) -> None:
    more = (
        "--owner",
        "李四 5112",
        "--expires",
        "2099-12-31",
        "--rate",
        "7",
        "--inbox",
        "--may",
        "tell",
        "--may",
        "read",
        "--joins",
        "union",
    )
    made = operator("keys", "new", "town-1", "--unit", "t01", "--root", "bureau", *more)
    assert made.exit_code == 0, made.stderr
    first = made.stdout.strip()
    assert first.startswith("xh_town-1_")
    again = operator("keys", "new", "town-1", "--unit", "t02")
    assert (again.exit_code, "There is or was a key 'town-1' already" in again.stderr) == (1, True)
    rotated = operator("keys", "rotate", "town-1", "--grace", "48", "--by", "王五")
    second = rotated.stdout.strip()
    assert second.startswith("xh_town-1_"), rotated.stderr
    assert "48 hours" in rotated.stderr
    listed = operator("keys", "list").stdout
    for said in ("town-1", "tell, read, inbox, 7/s", "t01 under bureau, joins union", "李四 5112", "until 2099-12-31 23:59", "never"):
        assert said in listed, listed
    assert len(re.findall(r"0 d old", listed)) == 2
    revoked = operator("keys", "revoke", "town-1", "--yes").stdout
    assert revoked.startswith("town-1 (t01 under bureau, 李四 5112, never used) is refused within 5 s, and for ever"), revoked
    assert revoked.endswith("\ntown-1 is revoked.\n")
    assert "revoked 20" in operator("keys", "list").stdout
    for ended in (("revoke", "town-1", "--yes"), ("rotate", "town-1")):
        refused = operator("keys", *ended)
        assert (refused.exit_code, "was revoked at" in refused.stderr) == (1, True)
    log = operator("keys", "log").stdout
    assert re.findall(r"key-\w+", log) == ["key-made", "key-rotated", "key-revoked"]
    assert "王五" in log
    for secret in (first, second):
        assert secret not in log + listed


def test_what_no_key_may_have_is_named_and_nothing_is_made(operator: Operator) -> None:
    for option, value in (("--may", "tel"), ("--rate", "0"), ("--source", "xiaohao"), ("--joins", "T1")):
        bad = operator("keys", "new", "other", "--unit", "t01", option, value)
        assert (bad.exit_code, "Traceback" in bad.stderr, value in bad.stderr) == (1, False, True), bad.stderr
    assert len(operator("keys", "log").stdout.splitlines()) == 1


def test_who_may_announce_a_campaign_is_said_listed_and_logged(operator: Operator) -> None:
    assert operator("campaigns", "allow", "school-*", "bureau", "--by", "王五").exit_code == 0
    assert operator("campaigns", "allow", "school-2026", "t01").stdout == "t01 may announce school-2026.\n"
    assert re.search(r"school-\* +bureau *\n *school-2026 +t01", operator("campaigns", "list").stdout)
    assert re.search(r"王五 +campaign-allowed +school-\* +root: bureau", operator("keys", "log").stdout)
    for bad in (("*-2026", "bureau"), ("School", "bureau"), ("school", "The Bureau")):
        refused = operator("campaigns", "allow", *bad)
        assert (refused.exit_code, "Traceback" in refused.stderr) == (1, False), refused.stderr


def test_keys_ask_where_the_database_is(tmp_path: Path) -> None:
    lost = xiaohao("keys", "list", XDG_CACHE_HOME=str(tmp_path))
    assert (lost.returncode, "XIAOHAO_MONGODB_URI" in lost.stderr) == (1, True)


def test_the_doctor_finds_nothing_where_the_tests_run_and_says_what_does_not_answer() -> None:
    well = xiaohao("doctor")
    assert well.returncode == 0, well.stdout
    ill = xiaohao("doctor", KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert ill.returncode == 1
    assert "KAFKA_BOOTSTRAP: 127.0.0.1:1; does not answer" in ill.stdout
    assert "unset KAFKA_BOOTSTRAP" in ill.stdout


def test_the_doctor_names_the_command_that_fetches_what_is_missing(tmp_path: Path) -> None:
    ran = xiaohao("doctor", XDG_CACHE_HOME=str(tmp_path))
    assert ran.returncode == 1
    assert "are not fetched yet\n    xiaohao fetch\n" in ran.stdout


def test_bad_rows_are_named_by_their_line_and_good_ones_beside_them_go_in_again_without_effect(played: Played, tmp_path: Path) -> None:
    client = played.events[0]["source"]
    good = [event for event in played.events if event["source"] == client][:120]
    subject = f"{book_of(good[0]['subject'])}/issue/{client}~wrong"
    wrong = good[0] | {"id": "wrong", "type": "IssueReported", "subject": subject}
    wrong["data"] = {"text": "问题", "category": "nonsense", "channel": "complaint"}
    lines = [*map(orjson.dumps, good[:110]), b"{no json", b"[]", b"", orjson.dumps(wrong), *map(orjson.dumps, good[110:])]
    file = tmp_path / "events.ndjson"
    file.write_bytes(b"\n".join(lines))
    where = ("--url", played.stage.addresses["intake"], "--key", played.stage.keys[client])
    ran = xiaohao("feed", str(file), *where)
    assert ran.returncode == 1, ran.stderr
    assert re.findall(r"^row (\d+): (\S+)", ran.stdout, re.MULTILINE) == [("111", "no"), ("112", "an"), ("114", "data.category:")]
    assert f"{len(good)} events taken" in ran.stdout
    array = tmp_path / "events.json"
    array.write_bytes(orjson.dumps(good, option=orjson.OPT_INDENT_2))
    assert xiaohao("feed", str(array), *where).returncode == 0
    refused = xiaohao("feed", str(array), *where[:3], "xh_nobody")
    assert refused.returncode == 1
    assert "intake answered 401 Unauthorized: no valid API key" in refused.stderr


def test_the_stream_is_printed_in_the_bureaus_words(played: Played) -> None:
    ran = xiaohao("tail", "--no-follow", "--kafka", played.stage.kafka_bootstrap, XIAOHAO_NAMESPACE=played.stage.namespace)
    assert ran.returncode == 0, ran.stderr
    assert re.search(
        r"^03-0\d \d\d:\d\d:\d\d short-2019/\S+@\d+ IssueEntered 上账 issue/\S+ no\. 1, to be rectified by", ran.stdout, re.MULTILINE
    )
    total = len(ran.stdout.splitlines())
    few = xiaohao(
        *("tail", "--no-follow", "--unit", "t01", "--campaign", "short-2019", "--kafka", played.stage.kafka_bootstrap),
        XIAOHAO_NAMESPACE=played.stage.namespace,
    )
    assert 0 < len(few.stdout.splitlines()) < total
    assert all(re.search(r" short-2019/t01(-\d\d)?@", line) for line in few.stdout.splitlines())


async def test_dead_letters_are_listed_with_their_reason_and_shown_whole_and_given_up(played: Played, tmp_path: Path) -> None:
    stage = played.stage
    broker = Broker(stage.kafka_bootstrap, stage.namespace)
    async with AIOKafkaProducer(bootstrap_servers=stage.kafka_bootstrap) as producer, Settled(broker, readers=()) as settled:
        await producer.send_and_wait(broker.name("campaign.intake"), b"not\x1bjson", b"nobody", headers=[("ce_id", b"\xff")])
        await settled.wait()
    where = ("--kafka", stage.kafka_bootstrap)
    listed = xiaohao("dead", "list", *where, XIAOHAO_NAMESPACE=stage.namespace)
    assert listed.returncode == 0, listed.stderr
    [line] = listed.stdout.splitlines()
    place, _, reason = line.partition("  ")
    assert re.fullmatch(r"campaign\.intake\.dlt/\d/0", place)
    assert "it bears no seal" in reason
    sealed = {"XIAOHAO_NAMESPACE": stage.namespace, "XIAOHAO_STREAM_KEY": stage.stream_key}
    shown = xiaohao("dead", "show", place, *where, **sealed)
    assert shown.returncode == 0, shown.stderr
    assert "key: nobody\n" in shown.stdout
    assert "ce_id: \\xff\n" in shown.stdout
    assert "dlt-reason: it bears no seal" in shown.stdout
    assert shown.stdout.endswith("\nnot\\x1bjson\n")
    nothing_runs = {"XIAOHAO_NAMESPACE": stage.namespace, "XDG_CACHE_HOME": str(tmp_path)}
    for key, said in (({}, "Set XIAOHAO_STREAM_KEY"), ({"XIAOHAO_STREAM_KEY": "k" * 32}, "a key that is not in XIAOHAO_STREAM_KEY")):
        hidden = xiaohao("dead", "show", place, *where, **nothing_runs, **key)
        assert (hidden.returncode, said in hidden.stderr) == (1, True), hidden.stderr
        assert "json" not in hidden.stdout
    operator = sealed | {"XIAOHAO_MONGODB_URI": stage.mongodb_uri}
    forged = xiaohao("dead", "replay", place, *where, **operator)
    assert (forged.returncode, f"{place} is never replayed: it bears no seal" in forged.stderr) == (1, True), forged.stderr
    none = xiaohao("dead", "replay", "--subject", "x/y", place, *where, **operator)
    assert (none.returncode, "Say which: one by its place" in none.stderr) == (1, True)
    dropped = xiaohao("dead", "drop", place, "--why", "nobody knows who sent it", "--yes", "--by", "li", *where, **operator)
    assert (dropped.returncode, "1 dead letter dropped" in dropped.stdout) == (0, True), dropped.stderr
    again = xiaohao("dead", "list", *where, XIAOHAO_NAMESPACE=stage.namespace)
    assert re.search(r"it bears no seal.*\[dropped \d{4}-.* by li: nobody knows who sent it\]", again.stdout)
    assert "1 dead letter 死信, 0 of them neither replayed nor dropped" in again.stderr
    absent = xiaohao("dead", "show", "campaign.intake.dlt/0/99", *where, XIAOHAO_NAMESPACE=stage.namespace)
    assert (absent.returncode, "No dead letter at" in absent.stderr) == (1, True)


def test_what_a_command_warns_of_stands_beside_what_it_prints(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["xiaohao", "--help"])
    try:
        with pytest.raises(SystemExit):
            main()
        structlog.get_logger().warning("retry", cause="poison")
    finally:
        structlog.reset_defaults()
    said = capsys.readouterr()
    assert "poison" in said.err
    assert "poison" not in said.out
