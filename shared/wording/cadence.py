"""How often something falls due, in Chinese and English."""

from shared.plan.obligation import Cadence

CADENCES: dict[Cadence, tuple[str, str]] = {
    "once": ("一次", "once"),
    "daily": ("每日", "every day"),
    "weekly": ("每周", "every week"),
    "monthly": ("每月", "every month"),
    "two-monthly": ("每两个月", "every two months"),
    "even-months": ("逢双月", "in even months"),
    "quarterly": ("每季度", "every quarter"),
    "yearly": ("每年", "every year"),
    "rolling": ("随时", "at any time"),
}
