"""Why something about issues is refused, in Chinese and English."""

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
    "verifier-is-fixer": ("验收人 {by} 即整改人，须由他人验收", "{by} rectified it; somebody else must check"),
    "verifier-is-owner": ("验收人 {by} 即责任人，须由他人验收", "{by} owns it; somebody else must check"),
    "not-carried-over": ("问题未挂账", "the issue is not carried over"),
    "follow-up-past": ("跟踪日期 {due} 早于报送之日", "the follow-up date {due} lies before the day it was told"),
}
