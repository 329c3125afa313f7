"""Real people at real pages: the office's workbook in, a policy bound, a typhoon, and the claim that ends as a matched payout."""

from __future__ import annotations

import re
from datetime import date

import pytest

from browser.conftest import Comes
from browser.person import Person
from browser.service import Service
from make import photos
from make.journey import ACCOUNT, GREENHOUSE, VILLAGE, statement, workbook
from make.projects import PDF

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AFTER_THE_STORM = date(2019, 8, 12)
OFFICE, ADJUSTER, APPROVER = "county-370404", "adjuster-b", "approver-b"


async def test_the_whole_job_by_hand(comes: Comes, service: Service) -> None:
    office = await comes(OFFICE)
    await register(office)
    await prove(office)
    await enrol(office)

    await service.move_to(AFTER_THE_STORM)
    await strike(office)
    claim = await decide(await comes(ADJUSTER), await comes(APPROVER))
    await sign(claim, office, await comes(ADJUSTER))
    token = await order(claim, await comes("maker"), await comes("checker"))
    await bank(await comes("maker"), token)
    await close(claim, await comes(ADJUSTER))
    await read(await comes("leader"), await comes("auditor"))
    await read_english(claim, await comes("leader"))
    await service.run("-m", "insurance", "verify")  # books, stored amounts and audit trail hold after all that


async def register(office: Person) -> None:
    """The workbook tried, looked at, taken in."""
    await office.look("dashboard-empty")
    await office.open("/imports")
    await office.look("imports")
    await office.attach("台账文件", "坛山台账.xlsx", workbook())
    await office.press("上传并核对")
    await office.sees("坛山台账.xlsx", "3 + 0 + 0 + 1 = 4 行", "约三十", "H7")
    await office.look("import-review", axe=True)
    await office.press("入库 3 行")
    await office.sees("入库结果", "撤销本次导入")


async def prove(office: Person) -> None:
    """What the register does not say, the papers, the account."""
    await office.open("/projects")
    await office.sees(GREENHOUSE)
    await office.look("projects", axe=True)
    await office.follow(GREENHOUSE)
    await office.look("project", axe=True)
    at = office.page.url.split("#", 1)[0].removeprefix(office.url)
    await office.open(f"{at}/edit")
    await office.look("project-edit")
    await office.choose("保险利益", "是")
    await office.press("保存", within=".stickbar")
    for kind, name in (("确权文件", "确权.pdf"), ("投保单", "投保单.pdf")):
        await office.choose("材料种类", kind, within="#papers")
        await office.attach("文件", name, PDF + name.encode(), within="#papers form")
        await office.press("上传材料", within="#papers")
    await office.fill("户名", VILLAGE, within="#account")
    await office.fill("开户行", "峄城农村商业银行坛山支行", within="#account")
    await office.fill("账号", ACCOUNT, within="#account")
    await office.press("保存账户", within="#account")
    await office.sees("****1234")


async def enrol(office: Person) -> None:
    """产业保 for the project: the price first, then the policy."""
    await office.follow("办理投保")
    await office.fill("起保日", "2019-05-07")
    await office.choose("保险公司", "乙公司", within="form[method=get][action='/policies/enrol']")
    await office.press("重新计算")
    await office.sees("可以承保", "710,216.67", "2,485.76")
    await office.look("enrol", axe=True)
    await office.press("确认承保")
    await office.sees("承保 1 个，未办成 0 个")
    await office.look("enrolled")
    await office.follow("CY2019-")
    await office.sees(GREENHOUSE, "710,216.67")
    await office.look("policy", axe=True)
    await office.open("/policies")
    await office.look("policies")


async def strike(office: Person) -> None:
    """利奇马 declared, the project that may have been struck reported."""
    await office.open("/disasters")
    await office.fill("名称", "台风利奇马", within="#declare")
    await office.fill("编号", "LEKIMA-1909", within="#declare")
    await office.choose("事故原因", "台风", within="#declare")
    await office.fill("开始日", "2019-08-10", within="#declare")
    await office.fill("结束日", "2019-08-12", within="#declare")
    await office.tick("坛山街道", within="#declare")
    await office.press("登记灾害", within="#declare")
    await office.follow("可能受灾未报")
    await office.look("disaster-silent", axe=True)
    await office.fill("出险时间", "2019-08-11T06:00")
    await office.choose("事故原因", "暴雨")
    await office.tick(f"选择 {GREENHOUSE}")
    await office.fill(f"{GREENHOUSE} 报损估计", "5万")
    await office.fill(f"{GREENHOUSE} 受损情况", "棚体东侧倒塌三跨")
    await office.press("提交报案")
    await office.sees(GREENHOUSE, "已报案", "50,000.00")
    await office.look("disaster", axe=True)


async def decide(adjuster: Person, approver: Person) -> str:
    """受理, 查勘, 定损 by one, 核赔 by another; the address of the claim."""
    await adjuster.open("/worklist")
    await adjuster.sees(GREENHOUSE)
    await adjuster.look("worklist", axe=True)
    await adjuster.follow(GREENHOUSE)
    claim = re.sub(r"[?#].*", "", adjuster.page.url).removeprefix(adjuster.url)
    await adjuster.look("claim-reported")
    await adjuster.do("受理", {"收到索赔资料之日": "2019-08-12"})
    visit = {
        "到场时间": "2019-08-11T20:00",
        "查勘地点": "石门村 1 号棚",
        "查明的原因": "暴雨积水",
        "查勘情况": "倒塌三跨",
        "未决赔款": "4.5万",
    }
    await adjuster.do("查勘立案", visit)
    await adjuster.choose("材料种类", "现场影像", within="#papers form")
    await adjuster.attach("文件", "现场.jpg", photos.jpeg(), within="#papers form")
    await adjuster.press("上传材料", within="#papers")
    await adjuster.sees("材料已存入案卷", "1 张照片", "没有要问的")
    await adjuster.follow("定损", within="#do")
    await adjuster.look("claim-assessing", axe=True)
    await adjuster.do("定损", {"定损": "45678.90", "残值": "1200"})
    await adjuster.sees("40,031.01")
    await adjuster.look("claim-assessed")
    await adjuster.open(f"{claim}/working")
    await adjuster.look("working")

    await approver.open(claim)
    await approver.follow("核赔通过", within="#do")
    await approver.sees("肆万零叁拾壹元零壹分")
    await approver.look("claim-approval", axe=True)
    await approver.do("核赔通过")
    return claim


async def sign(claim: str, office: Person, adjuster: Person) -> None:
    """Both sides sign the agreement."""
    for person in (office, adjuster):
        await person.open(claim)
        await person.do("签署赔偿协议")
    await adjuster.sees("已达成赔偿协议")


async def order(claim: str, maker: Person, checker: Person) -> str:
    """制单 and 复核放行; the token the bank prints."""
    await maker.open("/payouts")
    await maker.sees(GREENHOUSE, "40,031.01", "****1234")
    await maker.look("payouts-ready", axe=True)
    await maker.press("制单")
    await checker.open("/payouts")
    await checker.press("复核放行")
    await checker.open("/payouts")
    await checker.look("payouts")
    await checker.open(claim)
    await checker.sees("付款中")
    await checker.open("/payouts")
    found = re.search(r"SB\d{12}", await checker.page.inner_text("main"))
    assert found
    return found[0]


async def bank(maker: Person, token: str) -> None:
    """The bank's file in; the payout matched, the fee left over."""
    await maker.open("/statements")
    await maker.attach("对账单文件", "流水.csv", statement(AFTER_THE_STORM, [(4_003_101, token)]))
    await maker.tick("付款方")
    await maker.press("导入并匹配")
    await maker.look("statement")
    await maker.follow("全部")
    await maker.sees("M1", "付款编号", "手续费")
    await maker.look("statement-all", axe=True)


async def close(claim: str, adjuster: Person) -> None:
    """已赔付, then 结案."""
    await adjuster.open(claim)
    await adjuster.sees("已赔付", "40,031.01")
    await adjuster.look("claim-paid")
    await adjuster.do("结案")
    await adjuster.sees("已结案")
    await adjuster.look("claim-closed", axe=True)


async def read(leader: Person, auditor: Person) -> None:
    """What leaders and auditors see of it."""
    await leader.open("/")
    await leader.sees("40,031.01")
    await leader.look("dashboard", axe=True)
    await auditor.open("/audit")
    await auditor.sees("claim.approved")
    await auditor.look("audit")


async def read_english(claim: str, leader: Person) -> None:
    """The same pages in English, whose words are longer, still fit a phone."""
    await leader.open("/?lang=en")
    for name, path in {
        "dashboard": "/",
        "projects": "/projects",
        "project": "/projects/1",
        "policy": "/policies/1",
        "claim": claim,
    }.items():
        await leader.open(path)
        assert await leader.page.locator("html").get_attribute("lang") == "en"
        await leader.look(f"en-{name}")
