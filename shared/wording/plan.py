"""What does not fit between the parts of a plan, or in a tree of units, in Chinese and English."""

SECTIONS: dict[str, tuple[str, str]] = {
    "lines": ("条线", "line of command"),
    "classes": ("单位类别", "class of units"),
    "aspects": ("方面", "aspect"),
    "categories": ("问题类别", "category"),
    "channels": ("来源渠道", "channel"),
    "target_sources": ("任务目标来源", "source of targets"),
    "grades": ("问题等级", "grade"),
    "phases": ("阶段", "phase"),
    "obligations": ("报送任务", "obligation"),
    "activities": ("活动", "activity"),
    "forms": ("表单", "form"),
    "surveys": ("满意度调查", "survey"),
    "measures": ("统计指标", "measure"),
}
"""The lists of a plan whose entries others name, each entry as bureaus call it."""

PLAN: dict[str, tuple[str, str]] = {
    "unknown": ("方案中没有{what}“{code}”；现有：{known}", "'{code}' is no {what} of the plan; there are {known}"),
    "twice": ("代码“{code}”重复；每条代码应各不相同", "'{code}' stands twice; give every entry a code of its own"),
    "phase-backwards": (
        "{end} 结束，早于 {begins} 开始；请改正起止日期",
        "ends on {end}, before it begins on {begins}; correct one of the two",
    ),
    "phase-order": (
        "{begins} 开始，早于前一阶段 {before}；请按开始日期先后排列",
        "begins on {begins}, before {before} does; list phases in the order in which they begin",
    ),
    "last-day": (
        "{day} 早于最后一个阶段的结束日 {ends}；请删去此项或改为更晚的日期",
        "{day} lies before {ends}, when the last phase ends; leave it out, or name a later day",
    ),
    "aspect-category": (
        "方面“{code}”还应列入问题类别（categories），自查发现的问题才能归类",
        "aspect '{code}' must also be one of `categories`, for what a self-check finds",
    ),
    "self-check": (
        "缺少渠道“{code}”；有自查清单（checklist_of）时应列入",
        "'{code}' is missing; `checklist_of` needs this channel for what a self-check finds",
    ),
    "needs-clock": ("需在 clocks 中设定 {clock} 时限", "needs the time limit clocks.{clock}"),
    "units-persons": (
        "要求 {units} 个单位、{persons} 人核查；人数不得少于单位数，每人代表一个单位",
        "asks for {units} units but {persons} persons; each person checks for one unit, so name as many persons",
    ),
    "due-missing": (
        "只报送一次的任务应有截止日期（due），或写明周期（cadence）",
        "is owed once, so it needs a `due` date; or say its `cadence`",
    ),
    "due-needless": (
        "按周期（{cadence}）报送的任务没有单独的截止日期；请删去 due",
        "a {cadence} return has no due date of its own; leave `due` out",
    ),
    "until-backwards": (
        "阶段 {until} 先于 {begins} 结束，没有任何周期；请改为更晚的阶段",
        "phase {until} ends before {begins}, when the periods begin, so there is none; name a later phase",
    ),
    "kinds-quota": ("要求 {kinds} 类，每期件数（quota）不得更少", "asks for {kinds} kinds, so `quota` must be as many or more"),
    "form-unasked": (
        "没有任何事项填写此表单；请在 asked、报送任务或奖项中引用，或将其删去",
        "nobody is asked for this form; name it in `asked`, in an obligation or in an award, or leave it out",
    ),
    "closes-missing": (
        "只评一次的奖项应有申报截止日期（closes）",
        "is given once, so it needs the day on which nominations close (`closes`)",
    ),
    "closes-needless": (
        "按周期（{cadence}）评选的奖项在每期最后一日截止；请删去 closes",
        "closes on the last day of each period ({cadence}); leave `closes` out",
    ),
    "before-first-day": (
        "{day} 早于活动首日 {first}；请改正日期",
        "{day} lies before {first}, the campaign's first day; correct the date",
    ),
    "periods-needed": (
        "周期为 {cadence} 的任务不分期，此项不起作用；请删去",
        "has no effect, for a return that is owed '{cadence}' has no periods; leave it out",
    ),
    "needs-nothing": (
        "方案中没有可供等候的内容；请填写 {section}，或删去此项",
        "there is nothing to wait for; fill in {section}, or leave this out",
    ),
    "nobody": ("没有应作答的单位；请填写 {field}", "no unit answers; name classes of units in `{field}`"),
    "limit-missing": ("缺少限值；请填写 at_least 或 at_most", "needs a limit: `at_least` or `at_most`"),
    "limits-crossed": (
        "不低于 {at_least} 又不高于 {at_most}，无法达到；请改正其一",
        "no figure is at least {at_least} and at most {at_most}; correct one of the two",
    ),
    "light-crossed": (
        "黄灯 {yellow}、红灯 {red}，不会亮黄灯；红灯的界限应比黄灯更严重，请改正其一",
        "yellow at {yellow} and red at {red}, so it is never yellow; red must be the worse figure, correct one of the two",
    ),
    "light-cadence": (
        "指标“{measure}”按 {cadence} 填报，一期长于一个月，不能按月亮灯；请改为 monthly、weekly 或 daily",
        "'{measure}' is told {cadence}: no month has a figure of its own to be lit by; tell it monthly, weekly or daily",
    ),
    "choices-missing": (
        "缺少选项，无法填写；请列出 choices，或设 other: true",
        "nothing can be chosen; list `choices`, or say `other: true`",
    ),
    "choices-needless": (
        "只有 kind: choice 才有选项，现为 {kind}；请改正其一",
        "only a field of kind `choice` has choices, and this is '{kind}'; correct one of the two",
    ),
    "tested-needless": (
        "只有培训（kind: training）才登记考核结果，现为 {kind}；请改正其一",
        "only a `training` tells the results of a test, and this is '{kind}'; correct one of the two",
    ),
    "clock-unknown": ("没有时限“{code}”；现有：{known}", "'{code}' is no clock of an issue; there are {known}"),
    "aim-missing": ("缺少目标值；请填写 at_least、at_most 或 falls", "needs an aim: `at_least`, `at_most` or `falls`"),
    "code-of-missing": ("缺少 code_of；请填写 {section} 中的一个代码", "needs `code_of`, the code of one of `{section}`"),
    "fact-unknown": ("没有事实类型“{code}”；{hint}", "'{code}' is no type of fact; {hint}"),
    "fact-untold": (
        "“{code}”不由“{field}”所指的人或单位报送，无从限定；请删去",
        "'{code}' is not told by somebody who is named in '{field}', so nothing can be asked of them; leave it out",
    ),
    "years": (
        "{years} 年的工作日历尚未载入，本方案的时限会用到；请改正日期，或在 XIAOHAO_CALENDARS 所指文件夹中逐年加入日历文件，如 {first}.yaml",
        (
            "the working calendar of {years} is not loaded, which clocks of this plan may reach; correct the date, or set XIAOHAO_CALENDARS "
            "to a folder with a file for each year, such as {first}.yaml"
        ),
    ),
}

TREE: dict[str, tuple[str, str]] = {
    "none": ("名录中没有单位；请先列出最上级单位", "there is no unit; list the root first"),
    "twice": ("单位“{code}”重复列出；每个单位编号应各不相同", "'{code}' is listed twice; give every unit an id of its own"),
    "root-parent": (
        "首位单位是最上级，不应有上级单位“{parent}”；请将最上级单位列在首位",
        "the first unit is the root and has no parent, but names '{parent}'; list the root first",
    ),
    "parent-missing": ("缺少上级单位（parent）；只有首位单位没有上级", "has no parent; only the first unit, the root, has none"),
    "parent-unknown": ("名录中没有上级单位“{code}”", "parent '{code}' is no unit of the list"),
    "parent-later": (
        "上级单位“{parent}”列在其后；请将上级列在下级之前",
        "parent '{parent}' does not stand before it; list every unit after the one that commands it",
    ),
    "cycle": (
        "上下级成环：{way}；请改正其中一个单位的上级",
        "the tree goes round in a circle: {way}; correct the parent of one of them",
    ),
    "superior-unknown": ("名录中没有条线“{line}”的上级单位“{code}”", "superior '{code}' in line '{line}' is no unit of the list"),
    "superior-later": (
        "条线“{line}”的上级单位“{superior}”未列在其前；请将上级列在下级之前",
        "superior '{superior}' in line '{line}' does not stand before it; list every unit after those above it",
    ),
    "recipient-unknown": (
        "名录中没有单位“{code}”；报送任务的接收单位应为名录中的单位编号，报送上级单位的不必写",
        "'{code}' is no unit of the tree; name the id of one, or leave it out where the return goes to the unit above",
    ),
    "wide": ("“{unit}”直属单位 {count} 个，不得超过 {limit} 个", "'{unit}' has {count} units directly under it; at most {limit}"),
    "deep": ("“{unit}”在第 {level} 级，不得超过 {limit} 级", "'{unit}' lies on level {level}; a tree has at most {limit} levels"),
}
