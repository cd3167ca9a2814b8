"""Why something about issues is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "already-entered", "issue-unknown", "struck-off", "category-unknown", "channel-unknown", "no-owner", "no-measures", "rectified",
    "not-rectified", "lane-unknown", "extension-stopped", "extension-late", "extension-open", "extension-unasked", "extension-own",
    "extension-not-later", "verifier-is-fixer", "verifier-is-owner", "not-carried-over", "follow-up-past", "grade-unknown",
    "campaign-not-named", "detail-missing", "milestone-twice", "milestone-unknown", "verified-already", "standing", "not-standing",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "already-entered": ("问题已上账，编号 {number}", "the issue is entered already, as number {number}"),
    "issue-unknown": ("台账中没有问题 {subject}", "the book has no issue {subject}"),
    "struck-off": ("问题已销号", "the issue is struck off"),
    "category-unknown": ("方案中没有类别 {category}", "the plan has no category {category}"),
    "channel-unknown": ("方案中没有渠道 {channel}", "the plan has no channel {channel}"),
    "no-owner": ("问题尚未确定责任人", "the issue has no owner yet"),
    "no-measures": ("问题尚未制定整改措施", "only an issue with measures can be rectified"),
    "rectified": ("问题已整改，等待验收", "the issue is rectified and waits to be checked"),
    "not-rectified": ("只有已整改的问题才能验收或退回", "only a rectified issue can be verified or returned"),
    "lane-unknown": ("方案中没有整改类型 {lane}，可选：{known}", "the plan has no lane {lane}; it has {known}"),
    "extension-stopped": (
        "整改时限已停止或已由挂账日期取代，不能延期",
        "the fix clock does not run any more; only while it runs can it be extended",
    ),
    "extension-late": (
        "整改时限已于 {due} 届满，须在届满前申请和决定延期",
        "the fix clock ran out on {due}; more time is asked for and decided before",
    ),
    "extension-open": ("已有延期至 {until} 的申请尚未决定", "a request for more time until {until} waits to be decided; one at a time"),
    "extension-unasked": ("没有待决定的延期申请", "no request for more time waits to be decided"),
    "extension-own": ("{by} 是申请人或责任人，须由他人决定", "{by} asked for it or owns the issue; somebody else must decide"),
    "extension-not-later": ("延期日期 {until} 须晚于现时限 {due}", "{until} is not later than {due}, the last day as it stands"),
    "verifier-is-fixer": ("{by} 即整改人，须由他人验收或裁定", "{by} rectified it; somebody else must check or decide"),
    "verifier-is-owner": (
        "{by} 即责任人，须由他人验收或裁定",
        "{by} owns it, or did when it was rectified; somebody else must check or decide",
    ),
    "not-carried-over": ("问题未挂账", "the issue is not carried over"),
    "follow-up-past": ("跟踪日期 {due} 早于报送之日", "the follow-up date {due} lies before the day it was told"),
    "grade-unknown": ("方案中没有问题等级 {grade}；现有：{known}", "the plan has no grade {grade}; it has {known}"),
    "campaign-not-named": (
        "方案未列明上年转入的活动 {campaign}；现有：{known}",
        "the plan carries nothing in from campaign {campaign}; it names {known}",
    ),
    "detail-missing": ("整改措施缺少方案要求的内容：{missing}", "the plan requires of measures what these lack: {missing}"),
    "milestone-twice": ("节点“{name}”重复；各节点名称须不同", "milestone {name} stands twice; give each a name of its own"),
    "milestone-unknown": ("没有未完成的节点“{name}”；现有：{known}", "no milestone {name} is left to reach; there are {known}"),
    "verified-already": ("{by} 已验收过本次整改，须由其他人验收", "{by} verified this rectification already; another person must"),
    "standing": ("长期坚持事项定期检视，不整改销号", "an item without an end is reviewed; it is neither rectified nor struck off"),
    "not-standing": ("问题不是长期坚持事项，无需检视", "only an item without an end is reviewed; this one is rectified and struck off"),
}
