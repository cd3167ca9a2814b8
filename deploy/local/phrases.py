"""Made-up Chinese wording for the simulator: what falls short, what is done about it, and what a check says."""

from random import Random

FAULTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "environment": (
        ("{place}地面有积水，墙角堆放杂物", "{place}垃圾桶摆放凌乱，清运不及时"),
        ("{place}宣传栏内容陈旧，半年未更新", "电子屏只播放通知，没有健康科普"),
        ("{place}卫生间异味明显", "病房被服更换不及时，夜间走廊嘈杂"),
        ("{place}座椅不足，高峰期{n}余人站立等候", "{place}无线网络经常断开", "轮椅只有{n}辆，借用要等很久", "楼梯间仍有人吸烟"),
        ("食堂菜品单一，送到{place}时已凉", "糖尿病患者没有得到饮食指导"),
    ),
    "process": (
        ("{place}污物与送餐共用一部电梯", "{place}人流车流交叉，救护车进出受阻"),
        ("{place}指示牌缺失，患者绕行{n}分钟才找到", "老年人优先窗口标识被遮挡", "问路时导诊人员说不清科室位置"),
        ("只能到现场排队取号，手机预约长期无号", "手机支付在{place}不能使用", "预约只精确到半天，仍需久等"),
        ("{place}挂号排队超过{m}分钟", "{place}叫号屏故障，患者反复询问"),
        ("复印病历须本人到院，往返{n}次才办成", "网上预约复印入口打不开"),
    ),
    "functions": (
        ("夜间{place}无人值守，患者敲门等候", "周末不能做检查，报告推迟{n}天", "检验报告比承诺时间晚了{n}天"),
        ("中药不提供代煎，外地患者不便", "代煎中药取药等候{m}分钟"),
        ("手机查不到检查结果，只能到{place}打印", "检验结果上传迟缓，隔日才能看到"),
        ("{place}健康教育只发单页，没有讲解", "输液巡视不及时，呼叫{n}次才有人应答"),
        ("献血者用血报销要跑{n}个部门", "窗口不清楚用血费用直接报销办法"),
    ),
    "quality": (
        ("{place}开展的新技术未见准入审批材料", "技术操作授权名单未及时更新"),
        ("{place}交接班记录不全", "抽查{n}份病历，{n}份缺上级医师查房意见", "手卫生依从性不达标"),
        ("本年度三基培训尚未安排考核", "静脉穿刺{n}次才成功，患者不满"),
        ("{place}没有安慰和陪伴措施，家属情绪焦虑", "人文关怀制度停留在纸面"),
        ("无痛胃肠镜预约要等{n}周", "癌痛患者反映止痛不及时"),
    ),
    "attitude": (
        ("{place}没有岗位服务规范", "志愿服务排班空缺{n}天"),
        ("{place}工作人员答话生硬，“不知道，自己看”", "护士催促老人时语气不耐烦"),
        ("患者被要求在{n}个科室之间往返", "首诊医师以床位紧张为由让患者改去别处"),
        ("{place}没有评价器，群众无法评价", "评价二维码失效"),
        ("{place}诊室门敞开，旁人围观问诊", "检查前没有说明风险即要求签字"),
    ),
    "charges": (
        ("{place}价目表仍是旧价", "公示屏黑屏{n}天，查不到收费项目"),
        ("住院{n}天只拿到一张清单", "清单只有总额，看不到数量和单价"),
        ("{place}没有医保咨询人员", "异地报销政策解释前后不一"),
        ("自费耗材用后才告知", "自费药品没有签字记录"),
        ("退费要跑{n}个窗口", "同一检查收费两次", "价格投诉没有登记"),
    ),
    "safeguards": (
        ("{place}夜间无保安巡查", "一键报警装置失灵", "消防通道停放电动车"),
        ("{place}未开展纠纷隐患排查", "隐患排查表{n}个月未填写"),
        ("投诉在{n}个科室之间转手，无人答复", "投诉已过{n}天，没有收到回复"),
        ("{place}找不到投诉电话", "公布的投诉电话无人接听"),
        ("{place}医务人员连续值班过长", "医务人员被辱骂后没有得到支持"),
    ),
    "conduct": (
        ("义诊活动没有备案材料", "宣传单写有“包治”等字样"),
        ("{place}诊疗科目与登记不符", "{place}疑似由外单位人员承包"),
        ("外请医师没有会诊手续", "{place}新进人员执业注册未变更"),
        ("{place}由非药学人员发药", "麻醉药品登记簿有{n}处涂改"),
        ("未见本人即开具健康证明", "检验报告缺审核签名"),
    ),
    "integrity": (
        ("{place}没有张贴“九不准”", "新进人员不了解“九不准”内容"),
        ("有患者反映家属送礼未被当场拒绝", "{place}红包拒收登记空白"),
        ("外院{n}日内的检验结果不予认可，要求重做", "重复检查{n}项，没有说明理由"),
        ("抗菌药物使用没有指征记录", "抽查{n}张处方，用药与诊断不符"),
        ("医师让患者到院外药店购药", "患者被介绍到指定机构做检查"),
    ),
}
"""What may fall short, by aspect and the target's turn in it."""

PLACES = (
    *("门诊大厅", "急诊科", "内科病房", "外科病房", "儿科诊区", "收费窗口", "药房窗口", "检验科"),
    *("放射科", "住院部", "候诊区", "体检中心", "输液室", "预检分诊台"),
)
FRAMES = {
    "complaint": ("患者投诉：{fault}。", "家属投诉：{fault}，要求答复。"),
    "calls-and-visits": ("来访群众反映：{fault}。", "群众来电：{fault}，希望改进。"),
    "hotline": ("市民热线转办：{fault}。",),
    "conduct-hotline": ("行风热线反映：{fault}。",),
    "conduct-review": ("行风评议意见：{fault}。",),
    "satisfaction": ("满意度评价留言：{fault}。",),
    "patient-follow-up": ("出院随访时患者提出：{fault}。",),
    "inspection": ("督导检查发现：{fault}。",),
    "spot-check": ("上级抽查发现：{fault}。",),
    "contact-point": ("联系点调研中提出：{fault}。",),
    "routine-check": ("质控检查发现：{fault}。",),
    "carried-in": ("以往活动遗留：{fault}。",),
}
"""How each channel puts it."""

MEASURES = (
    "由责任科室牵头，{n}日内完成整改，每周自查一次。",
    "修订制度并组织培训，{n}日内落实到岗。",
    "增配人员和设备，先行临时措施，{n}日内到位。",
    "逐项排查同类情况，明确专人每日检查，{n}日内见效。",
)
RESULTS = (
    "已按措施整改到位，制度上墙。",
    "设备已更换并投入使用，连续一周运行正常。",
    "已完成培训和考核，落实专人负责。",
    "已整改，并对同类情况全部排查。",
)
EFFECTS = (
    "现场查看，整改属实，群众反映良好。",
    "随机询问患者{n}人，均表示满意。",
    "查阅记录并现场核对，问题未再出现。",
    "效果明显，等候时间缩短约{n}分钟。",
)
RETURNS = ("现场仍有同类情况，退回继续整改。", "只有记录，没有实物，证据不足。", "措施只落实了一部分，请补充完成。")


def fault(rng: Random, aspect: str, turn: int, target: str) -> str:
    """What falls short of a target, by its turn in its aspect; another campaign's aspects get a plain sentence."""
    of_aspect = FAULTS.get(aspect, ())
    return fill(rng, rng.choice(of_aspect[turn])) if turn < len(of_aspect) else f"对照“{target[:60]}”尚有差距"


def framed(rng: Random, channel: str, text: str) -> str:
    """A fault as it comes in through a channel."""
    return rng.choice(FRAMES.get(channel, ("发现：{fault}。",))).format(fault=text)


def fill(rng: Random, text: str) -> str:
    """A template with place and figures."""
    return text.format(place=rng.choice(PLACES), n=rng.randint(2, 9), m=rng.randrange(20, 90, 5))
