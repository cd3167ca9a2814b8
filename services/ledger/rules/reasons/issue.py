"""Why something about issues is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "already-entered", "issue-unknown", "struck-off", "category-unknown", "channel-unknown", "no-owner", "no-measures", "rectified",
    "not-rectified", "lane-unknown", "extension-stopped", "extension-late", "extension-open", "extension-unasked", "extension-own",
    "extension-not-later", "verifier-is-fixer", "verifier-is-owner", "owner-is-verifier", "not-carried-over", "follow-up-past", "follow-up-own", "grade-unknown",
    "campaign-not-named", "detail-missing", "milestone-twice", "milestone-unknown", "milestone-own", "verified-already", "check-adds-nothing", "persons-many", "standing", "not-standing",
    "not-published", "no-objection", "objection-own", "not-struck-off", "looked-back-by-verifier", "not-gone", "void",
    "merged", "voided-by-owner", "merged-into-itself", "merged-into-unknown", "merged-into-gone", "merged-by-owner",
    "merged-into-laxer", "supervised", "not-supervised",
    "handing-over", "handed-over", "not-handing-over", "hand-over-self", "hand-over-nowhere", "unit-left", "not-acknowledged", "not-offered", "no-complaint", "no-reporter",
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
    "extension-own": (
        "{by} 是申请人，或是（曾是）责任人、整改人，须由他人决定",
        "{by} asked for it, or owns or rectified the issue or once did; somebody else must decide",
    ),
    "extension-not-later": ("延期日期 {until} 须晚于现时限 {due}", "{until} is not later than {due}, the last day as it stands"),
    "verifier-is-fixer": ("{by} 即整改人，须由他人验收或裁定", "{by} rectified it; somebody else must check or decide"),
    "verifier-is-owner": (
        "{by} 是或曾是责任人，须由他人验收或裁定",
        "{by} owns it or once did; somebody else must check or decide",
    ),
    "owner-is-verifier": (
        "{owner} 已验收本次整改，销号公示期间须由他人任责任人",
        "{owner} found the rectification good; while its strike-off is published somebody else must own it",
    ),
    "not-carried-over": ("问题未挂账", "the issue is not carried over"),
    "follow-up-past": ("跟踪日期 {due} 早于报送之日", "the follow-up date {due} lies before the day it was told"),
    "follow-up-own": (
        "{by} 不能为自己推后跟踪日期 {due}，须由他人确定",
        "{by} cannot put off what is due from themselves on {due}; somebody else must tell a later day",
    ),
    "grade-unknown": ("方案中没有问题等级 {grade}；现有：{known}", "the plan has no grade {grade}; it has {known}"),
    "campaign-not-named": (
        "方案未列明上年转入的活动 {campaign}；现有：{known}",
        "the plan carries nothing in from campaign {campaign}; it names {known}",
    ),
    "detail-missing": ("整改措施缺少方案要求的内容：{missing}", "the plan requires of measures what these lack: {missing}"),
    "milestone-twice": ("节点“{name}”重复；各节点名称须不同", "milestone {name} stands twice; give each a name of its own"),
    "milestone-unknown": ("没有未完成的节点“{name}”；现有：{known}", "no milestone {name} is left to reach; there are {known}"),
    "milestone-own": (
        "{by} 不能为自己推后或取消 {due} 的节点，须由他人报送",
        "{by} cannot put off or drop the milestone of {due} that is their own; somebody else must tell it",
    ),
    "check-adds-nothing": (
        "本次验收不能计入：{missing}",
        "this check would count for nothing; needed are {missing}",
    ),
    "persons-many": (
        "已有 {limit} 人先后负责、整改或验收过，{by} 不在其中，不能再增加",
        "{limit} persons have owned, rectified or verified the issue by now, and {by} is none of them; no more can be kept",
    ),
    "verified-already": ("{by} 已验收过本次整改，须由其他人验收", "{by} verified this rectification already; another person must"),
    "standing": ("长期坚持事项定期检视，不整改销号", "an item without an end is reviewed; it is neither rectified nor struck off"),
    "not-standing": ("问题不是长期坚持事项，无需检视", "only an item without an end is reviewed; this one is rectified and struck off"),
    "not-published": ("销号不在公示期，不能提出异议", "no strike-off of the issue is published, so there is nothing to object to"),
    "no-objection": ("没有待处理的异议", "no objection waits to be decided"),
    "objection-own": ("{by} 本人提出异议，须由他人处理", "{by} objected; somebody else must decide"),
    "not-struck-off": ("问题未销号，无需回头看", "only an issue that was struck off is looked back at"),
    "looked-back-by-verifier": ("{by} 参与过验收，回头看须由他人进行", "{by} verified it before; somebody else must look back"),
    "not-gone": ("问题仍在台账上，无需重开", "the issue is on the ledger still; only one that left can be opened again"),
    "void": ("问题已作废", "the issue left as void"),
    "merged": ("问题已并入 {into}，请在该问题下报送", "the issue was merged into {into}; tell it of that one"),
    "voided-by-owner": (
        "{by} 是或曾是责任人或整改人，须由他人作废",
        "{by} owns or rectified it, or once did; somebody else must declare it void",
    ),
    "merged-into-itself": ("问题不能并入自身", "an issue cannot be merged into itself; name another of this book"),
    "merged-into-unknown": ("本台账没有问题 {into}", "this book has no issue {into}; merge into one that it has"),
    "merged-into-gone": ("问题 {into} 已离账，不能并入", "issue {into} left the ledger; merge into one that is on it"),
    "merged-by-owner": ("{by} 是或曾是责任人或整改人，须由他人并案", "{by} owns or rectified it, or once did; somebody else must merge it"),
    "merged-into-laxer": ("不能并入 {into}：{against}", "it cannot go into {into}: {against}"),
    "supervised": ("问题已挂牌督办", "the issue is listed for supervision already"),
    "not-supervised": ("问题未挂牌督办", "the issue is not listed for supervision, so nothing can be lifted"),
    "handing-over": (
        "问题正在转办 {to}，签收或退回前不能办理；可先撤回",
        "the issue is being handed over to {to}; nothing else is done until it is acknowledged or comes back: withdraw it first",
    ),
    "handed-over": ("问题已转办 {to}，由其办理", "the issue was handed over to {to} and is dealt with there"),
    "not-handing-over": ("问题不在转办中，无可撤回", "the issue is not being handed over; there is nothing to withdraw"),
    "hand-over-nowhere": (
        "现行单位名录中没有 {unit}，不能转办",
        "the tree in force has no unit {unit}; an issue is handed over to one that takes part",
    ),
    "unit-left": ("{unit} 已退出活动，不再受理", "{unit} left the campaign; it takes nothing on any more"),
    "hand-over-self": ("不能转办给本单位 {unit}", "{unit} cannot hand over to itself; name another unit"),
    "not-acknowledged": (
        "转办的问题尚未签收",
        "the issue was handed over to this unit and is not acknowledged yet; acknowledge or decline it first",
    ),
    "not-offered": ("没有待签收的转办", "no hand-over waits here; only one that waits is acknowledged or declined"),
    "no-complaint": (
        "渠道 {channel} 的问题不是投诉",
        "an issue that came by {channel} is no complaint; only complaints have a department that replies",
    ),
    "no-reporter": (
        "问题没有登记报告人，也不是投诉",
        "the issue names no reporter and is no complaint; there is nobody to answer or reward",
    ),
}
