"""What projects of each kind are made of: how offices call them, their assets with life, residual and price."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from insurance.projects.model import Taxonomy

_NONE, _FIVE = Decimal(0), Decimal("0.05")


class Thing(msgspec.Struct, frozen=True):
    """An asset as registers name it: life in months, residual share, price of one in hundreds of yuan (from, to)."""

    name: str
    measure: str
    life_months: int
    hundreds: tuple[int, int]
    most: int = 1  # how many of it one project has
    residual_rate: Decimal = _FIVE
    spec: str | None = None


class Kind(msgspec.Struct, frozen=True):
    """A kind of project: the word in its name, the trade in a partner's name, its main asset first."""

    taxonomy: Taxonomy
    label: str
    trade: str
    things: tuple[Thing, ...]


GREENHOUSE = Kind(
    Taxonomy.GREENHOUSE,
    "日光温室大棚",
    "果蔬种植",
    (
        Thing("日光温室", "座", 120, (600, 1200), 8, spec="80米×12米"),
        Thing("棚膜", "亩", 24, (20, 40), 6, _NONE),
        Thing("卷帘机", "台", 120, (60, 90), 6),
        Thing("水肥一体化设备", "套", 120, (200, 500)),
    ),
)
TUNNEL = Kind(
    Taxonomy.GREENHOUSE,
    "食用菌菌棚",
    "食用菌",
    (
        Thing("菌棚", "座", 120, (300, 700), 6, spec="50米×8米"),
        Thing("制菌设备", "套", 120, (300, 900)),
        Thing("菌袋架", "组", 60, (10, 30), 20),
    ),
)
FILM = Kind(Taxonomy.GREENHOUSE, "拱棚", "果蔬种植", (Thing("拱棚棚膜", "亩", 24, (20, 45), 8, _NONE),))
ORCHARD = Kind(
    Taxonomy.PLANT,
    "石榴种植",
    "林果种植",
    (
        Thing("石榴树", "亩", 180, (50, 90), 40),
        Thing("滴灌设施", "套", 120, (150, 400)),
        Thing("机井", "眼", 240, (180, 350), 2, spec="深80米"),
    ),
)
HERBS = Kind(
    Taxonomy.PLANT,
    "中药材种植",
    "中药材种植",
    (Thing("灌溉管网", "套", 120, (300, 800)), Thing("看护房", "间", 240, (80, 160), 3), Thing("烘干设备", "台", 120, (150, 450), 2)),
)
SHEEP = Kind(
    Taxonomy.BREED,
    "肉羊养殖",
    "畜禽养殖",
    (
        Thing("羊舍", "栋", 240, (400, 900), 4, spec="砖混"),
        Thing("种羊", "只", 36, (15, 15), 60),
        Thing("饲草粉碎机", "台", 120, (30, 80), 2),
    ),
)
POULTRY = Kind(
    Taxonomy.BREED,
    "蛋鸡养殖",
    "畜禽养殖",
    (
        Thing("鸡舍", "栋", 240, (700, 1500), 3),
        Thing("自动喂料设备", "套", 120, (250, 600), 2),
        Thing("粪污处理设施", "处", 240, (200, 500)),
    ),
)
FLOCK = Kind(Taxonomy.BREED, "到户养羊", "养殖", (Thing("能繁母羊", "只", 36, (15, 15), 30),))
WOODS = Kind(Taxonomy.FOREST, "核桃林", "林果种植", (Thing("核桃树", "亩", 180, (40, 70), 60), Thing("蓄水池", "处", 240, (150, 400), 2)))
MILL = Kind(
    Taxonomy.PROC,
    "粮食加工",
    "粮油加工",
    (
        Thing("加工厂房", "间", 240, (900, 2200), 2, spec="砖混"),
        Thing("磨粉机组", "套", 120, (400, 1200)),
        Thing("烘干机", "台", 120, (300, 700), 2),
        Thing("包装设备", "套", 120, (100, 300)),
    ),
)
COLD = Kind(
    Taxonomy.COLD,
    "恒温库",
    "果蔬储运",
    (
        Thing("冷库库体", "座", 180, (1200, 3500), 2, spec="500立方米"),
        Thing("制冷压缩机", "台", 120, (250, 700), 3),
        Thing("周转货架", "组", 60, (8, 20), 20),
    ),
)
WORKSHOP = Kind(
    Taxonomy.WORKSHOP,
    "扶贫车间",
    "服装加工",
    (
        Thing("钢结构厂房", "处", 240, (1800, 4200), spec="600平方米"),
        Thing("缝纫设备", "台", 120, (25, 45), 20),
        Thing("变压器", "台", 120, (150, 300), spec="100千伏安"),
    ),
)
FOOD_SHOP = Kind(
    Taxonomy.WORKSHOP,
    "食品加工扶贫车间",
    "食品加工",
    (Thing("加工车间", "处", 240, (1500, 3800)), Thing("生产线", "条", 120, (500, 1500), 2), Thing("冷藏柜", "台", 60, (30, 60), 6)),
)
SOLAR = Kind(
    Taxonomy.PV,
    "光伏电站",
    "光伏发电",
    (
        Thing("光伏组件", "千瓦", 240, (48, 52), 100, spec="多晶硅265瓦"),
        Thing("逆变器", "台", 120, (150, 260), 3),
        Thing("并网设施", "套", 240, (200, 500)),
    ),
)
ECOM = Kind(
    Taxonomy.ECOM,
    "电商服务站",
    "电子商务",
    (Thing("服务站用房", "间", 240, (300, 800), 2), Thing("办公电子设备", "套", 36, (40, 90), 2), Thing("配送车辆", "辆", 48, (400, 700))),
)
INN = Kind(
    Taxonomy.TOUR,
    "乡村旅游采摘园",
    "乡村旅游",
    (
        Thing("民宿用房", "间", 240, (500, 1200), 6),
        Thing("采摘园栈道", "米", 240, (4, 7), 200),
        Thing("游客服务设施", "套", 120, (200, 700)),
    ),
)
SHOPS = Kind(Taxonomy.MARKET, "沿街商铺", "商贸", (Thing("商铺", "间", 240, (500, 1100), 8), Thing("配电设施", "套", 120, (100, 250))))
MARKET = Kind(
    Taxonomy.MARKET, "农贸市场", "市场管理", (Thing("交易大棚", "座", 240, (1500, 3500), 2), Thing("摊位", "个", 60, (10, 20), 40))
)
MACHINES = Kind(
    Taxonomy.MACHINE,
    "农机服务",
    "农机服务",
    (
        Thing("拖拉机", "台", 120, (500, 1300), 3),
        Thing("联合收割机", "台", 120, (900, 1800), 2),
        Thing("农机库房", "间", 240, (200, 500), 3),
    ),
)
SHARES = Kind(
    Taxonomy.EQUITY,
    "资金入股合作社",
    "种养",
    (Thing("入股形成设施", "处", 240, (1500, 5000)), Thing("入股形成设备", "套", 120, (300, 900))),
)
ROAD = Kind(Taxonomy.OTHER, "生产道路", "公路养护", (Thing("生产路", "米", 240, (2, 4), 1500),))
WATER = Kind(Taxonomy.OTHER, "安全饮水", "供水", (Thing("供水管网", "米", 240, (1, 2), 2500), Thing("蓄水设施", "处", 240, (300, 700))))
LAMPS = Kind(Taxonomy.OTHER, "太阳能路灯", "路灯管护", (Thing("太阳能路灯", "盏", 60, (25, 32), 60),))
SQUARE = Kind(Taxonomy.OTHER, "文化广场", "文化", (Thing("文化广场", "处", 240, (300, 900)), Thing("健身器材", "套", 60, (30, 80), 3)))

FARMING = (
    GREENHOUSE, GREENHOUSE, GREENHOUSE, TUNNEL, ORCHARD, HERBS, SHEEP, POULTRY, WOODS, MILL, COLD, SOLAR, SOLAR, INN, MACHINES,
)  # fmt: skip
LETTABLE = (GREENHOUSE, GREENHOUSE, COLD, WORKSHOP, WORKSHOP, FOOD_SHOP, SHOPS, MARKET, MILL, ORCHARD, INN, ECOM)
FIRMS = (WORKSHOP, FOOD_SHOP, MILL, COLD, POULTRY)
PUBLIC = (ROAD, ROAD, WATER, LAMPS, SQUARE)
