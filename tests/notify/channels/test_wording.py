"""The words of mails: every template has some, and no value leaves its line."""

from typing import get_args

from services.notify.channels.wording import TEMPLATES, flat, worded
from services.notify.policy import Template


def test_every_template_has_words_and_none_needs_what_may_be_missing() -> None:
    values = {
        "name": "第一医院",
        "unit": "u1",
        "number": "7",
        "due": "2019-05-09",
        "plan_due": "2019-05-09",
        "fix_due": "2019-05-20",
        "text": "座椅",
        "title": "实施方案",
        "from": "门诊部",
    }
    for template in TEMPLATES:
        subject, body = worded(template, values, "张三丰")
        if template == "handed-over":  # it has no number yet
            assert subject.startswith("【销号】门诊部转办问题，请第一医院签收")
            continue
        of_return = template.startswith("return-")
        assert ("第一医院材料“实施方案”" if of_return else "第一医院第7号") in subject
        assert ("return" if of_return else "Issue 7") in subject
        assert "张三丰" in body
        assert body.count("第一医院") >= 2  # in both languages, by its name
        assert "u1" not in body
        assert body.count("座椅") == (0 if of_return else 2)
        assert "\n" not in subject
        bare = worded(template, {"unit": "u1", "number": "7"}, "")[0]
        assert bare.startswith("【销号】u1材料“—”" if of_return else "【销号】u1第7号")
    assert set(TEMPLATES) == set(get_args(Template))


def test_values_stay_on_their_line() -> None:
    nasty = "甲\r\nBcc: all@x.test\r\n\r\n乙\u2028丙\x00\u202e丁{number}"
    subject, body = worded("returned", {"name": nasty, "unit": "u1", "number": "7", "text": nasty, "reason": nasty}, nasty)
    assert "\r" not in body
    assert "\n" not in subject
    assert not any(line.startswith(("Bcc", "乙", "丙")) for line in body.split("\n"))
    assert flat("长" * 100, 60) == "长" * 59 + "…"
