"""Sign in, tokens, who may enter where."""

from __future__ import annotations

import httpx

from insurance.access import actions
from insurance.access.model import NewUser, Role
from people import People, api, browser


async def test_a_token_is_given_for_the_right_password_and_not_for_a_wrong_one(client: httpx.AsyncClient, story: People) -> None:
    await actions.add_user(NewUser("zhang", "张", Role.CITY_OFFICE, "370400"), actor=story.admin, password="right-password-1")

    right = await client.post("/api/v1/tokens", json={"username": "zhang", "password": "right-password-1"})
    wrong = await client.post("/api/v1/tokens", json={"username": "zhang", "password": "wrong-password-1"})
    nobody = await client.post("/api/v1/tokens", json={"username": "nobody", "password": "wrong-password-1"})

    assert right.status_code == 201
    assert right.json()["token"].startswith("di_")
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json()["detail"] == nobody.json()["detail"]


async def test_signing_in_gives_a_new_session_whatever_id_was_brought(client: httpx.AsyncClient, story: People) -> None:
    await actions.add_user(NewUser("zhang", "张", Role.CITY_OFFICE, "370400"), actor=story.admin, password="right-password-1")

    answer = await client.post(
        "/login",
        data={"username": "zhang", "password": "right-password-1", "next": "//evil.example"},
        headers={"cookie": "session=attackerchosen"},
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "attackerchosen" not in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


async def test_the_audit_trail_is_for_auditors(client: httpx.AsyncClient, story: People) -> None:
    await actions.add_user(NewUser("zhang", "张", Role.CITY_OFFICE, "370400"), actor=story.admin, password="right-password-1")

    read = await (await api(client, story.auditor)).get("/audit")
    refused = await (await api(client, story.town)).get("/audit")

    assert [line["verb"] for line in read.json()["items"]] == ["account.added"]
    assert refused.status_code == 403


async def test_a_form_without_its_own_token_is_refused(client: httpx.AsyncClient, story: People) -> None:
    reader = await browser(client, story.town)

    assert (await reader.post("/logout", csrf=False)).status_code == 403
    assert (await reader.post("/logout", headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await reader.post("/logout")).status_code == 303
