"""What an office and a bank hand over on the way from register to matched payout; the HTTP and the browser journey share it."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

from make.workbooks import xlsx

HEADINGS = [
    "序号", "镇（街）", "村", "项目名称", "项目类型", "资产名称", "资产性质", "资产原值(万元)", "财政专项扶贫资金（万元）", "使用年限",
    "残值率(%)", "投入使用日期", "所有权人", "产权归属", "确权日期", "确权文号", "经营方式", "资产状态", "受益户数",
]  # fmt: skip
VILLAGE = "石门村股份经济合作社"
ACCOUNT = "9140114010142050001234"
# The first project is the asset of example A1 of the reference, the second bears the guarantee of example I4 (8 % of 456,250 yuan).
GREENHOUSE, SOLAR, STORE = "石榴大棚", "光伏电站", "冷库"
ROWS: list[list[Any]] = [
    [1, "坛山镇", "石门村", GREENHOUSE, "大棚", "钢架大棚", "经营性", 86, 86, 10, 5, "2017.6.15", VILLAGE, "村集体", "2018年3月1日",
     "峄确〔2018〕12号", "集体自营", "在用", "37户"],
    [2, None, None, SOLAR, "光伏", "光伏组件", "经营性", "45.625", "45.625", 20, 5, datetime(2018, 1, 10), VILLAGE, "村集体",
     "2018-03-01", "峄确〔2018〕13号", "集体自营", "在用", 21],
    [3, "坛山街道", "石门村", STORE, "冷库", "冷库", "经营性", "１２０", 60, 15, "5%", "2018年05月", VILLAGE, "村集体", "2018/3/1",
     "峄确〔2018〕14号", "集体自营", "在用", 12],
    [4, "坛山街道", "石门村", "看不清的一行", "大棚", "大棚", "经营性", "约三十", 30, 10, 5, "2017-13-45", VILLAGE, "村集体", None, None,
     "集体自营", "在用", None],
    ["合计", None, None, None, None, None, None, 281.625, 221.625, None, None, None, None, None, None, None, None, None, None],
]  # fmt: skip


def workbook() -> bytes:
    """An office's register: a title over merged cells, 万元 in the headings, a town merged over its rows, the old town name, totals."""

    def fill(book: Any) -> None:
        page = book.active
        page.title = "台账"
        page.append(["峄城区坛山街道扶贫项目资产台账"])
        page.merge_cells("A1:S1")
        page.append(["填报单位：坛山街道扶贫办"])
        page.append(HEADINGS)
        for row in ROWS:
            page.append(row)
        page.merge_cells("B4:B5")
        page.merge_cells("C4:C5")

    return xlsx(fill)


def statement(day: date, payouts: list[tuple[int, str]], *, payee: str = VILLAGE, account: str = ACCOUNT) -> bytes:
    """The payer's bank statement: each payout (fen, token) out on the day, and a fee nobody ordered."""
    out, balance = io.StringIO(), 500_000_00
    write = csv.writer(out)
    write.writerows([["账户明细查询"], ["账号", "1605020009022136789", "户名", "枣庄市扶贫保险专户"]])
    write.writerow(["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"])
    lines = [*((fen, payee, account, f"{token} 赔款") for fen, token in payouts), (500, "", "", "手续费")]
    for number, (fen, name, to, said) in enumerate(lines, 1):
        balance -= fen
        write.writerow([day.isoformat(), f"LS{day:%Y%m%d}{number:05d}", _yuan(fen), "", _yuan(balance), name, to, said])
    return out.getvalue().encode("gb18030")


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
