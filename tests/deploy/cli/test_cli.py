"""The command line: it says what a user can put right, in words."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.demo import try_it
from deploy.embedded.servers import Embedded
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.topics import book_of
from shared.workdays import YearMissing
from tests.deploy.conftest import Played

XIAOHAO = (sys.executable, "-m", "deploy.cli")
CHECKOUT = Path(__file__).parents[3]
COMMANDS = (
    "up",
    "demo",
    "fetch",
    "feed",
    "announce",
    "plan",
    "plan check",
    "plan show",
    "tail",
    "dead",
    "dead list",
    "dead show",
    "doctor",
    "keys",
    "keys new",
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
        (("feed", "docker-compose.yml", "--url", "nowhere", "--key", "k"), "row 1: no valid JSON"),
        (("announce", "no-plan.yaml", "no-units.json"), "no-plan.yaml"),
        (("plan", "check", "LICENSE"), "LICENSE:"),
        (("demo", "--plan", "deploy/campaigns/wuyuan-2018.yaml"), "units are of classes that this plan does not have: bureau, "),
        (("tail",), "Nothing runs here"),
        (("rebuild", "--dir", "docs"), "docs is no folder that `xiaohao up --dir` kept"),
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


def test_a_plan_is_checked_and_its_calendar_shown() -> None:
    checked = xiaohao("plan", "check", "deploy/campaigns/tengzhou-2019.yaml")
    assert (checked.returncode, "can be announced" in checked.stdout) == (0, True)
    shown = xiaohao("plan", "show", "deploy/campaigns/tengzhou-2019.yaml", COLUMNS="100").stdout
    assert re.search(r"2019-03-31\s+周日 休\s+P3\.1\s+Due 报送\s+问题清单", shown)


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


def test_a_key_is_made_once_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    made = xiaohao("keys", "new", "town-1", "--unit", "t01", "--may", "tell", "--may", "read", "--file", str(file))
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    holder = Keys.read(file).holder(secret)
    assert holder
    assert (holder.id, holder.unit, holder.source, holder.may) == ("town-1", "t01", "t01", ("tell", "read"))
    assert secret not in file.read_text()
    again = xiaohao("keys", "new", "town-1", "--unit", "t02", "--file", str(file))
    assert (again.returncode, "has a key 'town-1' already" in again.stderr) == (1, True)
    bad = xiaohao("keys", "new", "other", "--unit", "t01", "--may", "tel", "--file", str(file))
    assert bad.returncode == 1
    assert "tel" in bad.stderr
    assert "Traceback" not in bad.stderr
    assert Keys.read(file).holder(secret) == holder


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


async def test_dead_letters_are_listed_with_their_reason_and_shown_whole(played: Played) -> None:
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
    assert "ce_id is not UTF-8" in reason
    shown = xiaohao("dead", "show", place, *where, XIAOHAO_NAMESPACE=stage.namespace)
    assert shown.returncode == 0, shown.stderr
    assert "key: nobody\n" in shown.stdout
    assert "ce_id: \\xff\n" in shown.stdout
    assert "dlt-reason: header ce_id is not UTF-8" in shown.stdout
    assert shown.stdout.endswith("\nnot\\x1bjson\n")
    absent = xiaohao("dead", "show", "campaign.intake.dlt/0/99", *where, XIAOHAO_NAMESPACE=stage.namespace)
    assert (absent.returncode, "No dead letter at" in absent.stderr) == (1, True)


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 12, 24), date(2024, 2, 29)])
def test_the_campaign_to_try_lies_around_today_and_is_found_again_while_it_lasts(today: date, tmp_path: Path) -> None:
    plan = try_it.plan_of(today, tmp_path / "plan.yaml")
    assert plan.phase_on(today) == "T1"
    assert today < plan.ends <= today + timedelta(try_it.DAYS)
    assert try_it.plan_of(plan.ends, tmp_path / "plan.yaml") == plan
    if plan.ends.month < 12:
        assert try_it.plan_of(plan.ends + timedelta(1), tmp_path / "plan.yaml").campaign != plan.campaign


@pytest.mark.parametrize("today", [date(2026, 12, 30), date(2027, 1, 10)])
def test_there_is_none_where_the_working_calendar_ends_too_soon(today: date, tmp_path: Path) -> None:
    with pytest.raises(YearMissing, match="working calendar of 2027 is not loaded"):
        try_it.plan_of(today, tmp_path / "plan.yaml")


@pytest.fixture
def given(embedded: Embedded, tmp_path: Path) -> dict[str, str]:
    """An environment in which `up` takes the broker and the database of all tests."""
    namespace = f"up-{os.getpid()}-"
    addresses = {"KAFKA_BOOTSTRAP": embedded.kafka_bootstrap, "MONGODB_URI": embedded.mongodb_uri}
    return os.environ | addresses | {"XIAOHAO_NAMESPACE": namespace, "XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "200"}


def lines_until(stdout: Iterator[str], last: str) -> list[str]:
    """What is printed up to a line."""
    found: list[str] = []
    for line in stdout:
        found.append(line)
        if last in line:
            return found
    raise AssertionError("".join(found))


def test_what_up_prints_works_as_it_stands_and_a_second_start_finds_the_data_also_rebuilt(given: dict[str, str], tmp_path: Path) -> None:
    command = [*XIAOHAO, "up", "--dir", str(tmp_path / "data")]
    answers = []
    for _ in range(2):
        with subprocess.Popen(command, cwd=CHECKOUT, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as ran:
            assert ran.stdout
            said = lines_until(ran.stdout, "Ctrl-C stops everything")
            tell, read = [shlex.split(line) for line in said if line.startswith("curl ")]
            headers = dict(each.split(": ", 1) for each in tell if ": " in each and "{" not in each)
            told = httpx.post(tell[-1], headers=headers, content=tell[tell.index("-d") + 1], trust_env=False)
            assert (told.status_code, told.json()) == (202, {"accepted": 1})
            answer = httpx.get(read[-1], headers={"Authorization": headers["Authorization"]}, timeout=60, trust_env=False).json()
            assert [event["type"] for event in answer["answers"][0]["events"]] == ["IssueReported", "IssueEntered", "IssueAssigned"]
            answers.append(answer)
            made_up = ("simulate", "deploy/campaigns/tengzhou-2019.yaml", "--units", "6", "--issues", "3", "--to", "http")
            streamed = subprocess.run([*XIAOHAO, *made_up], cwd=CHECKOUT, env=given, capture_output=True, text=True, check=False)
            assert streamed.returncode == 0, streamed.stderr
            os.kill(_child(ran.pid, "services.notify.app"), signal.SIGKILL)
            lines_until(ran.stdout, "notify ended with code -9; it is started again now")
            ran.send_signal(signal.SIGTERM)
            rest = ran.stdout.read()
        assert ran.returncode == 0, rest
        assert "Traceback" not in rest
        assert not (tmp_path / "cache/xiaohao/running.json").exists()
        rebuilt = subprocess.run([*XIAOHAO, "rebuild", "--dir", str(tmp_path / "data")], cwd=CHECKOUT, env=given, check=False)
        assert rebuilt.returncode == 0
    assert answers[0] == answers[1]


def _child(parent: int, module: str) -> int:
    """The process of a service, among the children of `up`."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_text(), (folder / "status").read_text()
        except OSError:
            continue  # it ended meanwhile
        if module in command and f"PPid:\t{parent}\n" in status:
            return int(folder.name)
    raise AssertionError(f"{module} does not run")
