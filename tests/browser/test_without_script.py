"""JavaScript off: people sign in, enter a project, filter the register and read an error, by plain forms and links alone."""

from __future__ import annotations

import pytest

from browser.conftest import Comes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


async def test_forms_and_filters_work_without_javascript(comes: Comes) -> None:
    office = await comes("county", script=False)
    await office.open("/projects/new")
    await office.choose("镇街", "级索镇")
    await office.fill("项目名称", "无脚本大棚")
    await office.choose("项目类型", "大棚")
    await office.fill("资产名称", "钢架大棚")
    await office.fill("资产原值", "86万")
    await office.fill("投入使用日期", "2017-06-15")
    await office.fill("使用年限", "120")
    await office.press("保存", within=".stickbar")
    await office.sees("无脚本大棚", "860,000.00")

    await office.open("/projects")
    await office.choose("镇街", "级索镇", within=".filters")
    await office.fill("项目名", "无脚本", within=".filters")
    await office.press("筛选", within=".filters")
    await office.sees("无脚本大棚", "合计 1 个")
    await office.fill("项目名", "没有这个", within=".filters")
    await office.press("筛选", within=".filters")
    await office.sees("没有符合条件的记录")


async def test_a_wrong_entry_comes_back_with_what_was_typed(comes: Comes) -> None:
    office = await comes("county", script=False)
    await office.open("/projects/new")
    await office.fill("项目名称", "少了镇街的项目")

    await office.refused("保存", "镇街", within=".stickbar")

    assert await office.page.get_by_label("项目名称").first.input_value() == "少了镇街的项目"
