"""Sign in, tokens, who may enter where."""

from __future__ import annotations

import httpx
import msgspec
import pytest

import make
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

    assert (await reader.post("/sign-out", csrf=False)).status_code == 403
    assert (await reader.post("/sign-out", headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await reader.post("/sign-out")).status_code == 303


async def test_the_admin_adds_an_account_and_sees_its_password_once(client: httpx.AsyncClient, story: People) -> None:
    admin = await browser(client, story.admin)
    typed = {
        "username": "new-town",
        "display_name": "古邵镇",
        "role": "TOWN_OFFICE",
        "region_code": "370404100",
        "insurer_code": "",
        "authority_fen": "",
    }

    made = await admin.post("/accounts", typed)
    wrong = await admin.post("/accounts", typed | {"username": "other", "region_code": "370404"})

    assert made.status_code == 200
    assert "初始密码" in made.text
    assert "初始密码" not in (await admin.get("/accounts")).text
    assert wrong.status_code == 422
    assert 'value="370404"' in wrong.text
    assert (await (await browser(client, story.city)).get("/accounts")).status_code == 403


async def test_a_wrong_password_keeps_the_name_and_says_nothing_more(client: httpx.AsyncClient, story: People) -> None:
    answer = await client.post("/login", data={"username": "city", "password": "no", "next": "/projects"}, headers={"accept": "text/html"})

    assert answer.status_code == 401
    assert 'value="city"' in answer.text
    assert "账号或密码不正确" in answer.text


async def test_one_changes_ones_own_password_and_every_session_ends(client: httpx.AsyncClient, story: People) -> None:
    user_id, _ = await actions.add_user(NewUser("zhang", "张", Role.CITY_OFFICE, "370400"), actor=story.admin, password="right-password-1")
    zhang = await browser(client, msgspec.structs.replace(story.city, user_id=user_id, username="zhang"))

    short = await zhang.post("/account/password", {"old_password": "right-password-1", "new_password": "short"})
    changed = await zhang.post("/account/password", {"old_password": "right-password-1", "new_password": "another-password-2"})

    assert short.status_code == 422
    assert changed.status_code == 303
    assert (await zhang.get("/account/password")).headers["location"].startswith("/login")
    assert await actions.sign_in("zhang", "another-password-2", language="zh", actor=actions.system("370400"))


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, story: People) -> None:
    for path in ("/login", "/nowhere", "/static/app.css", "/api/v1/audit", "/"):
        answer = await client.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_openapi_document_describes_every_json_route_with_an_example(client: httpx.AsyncClient, story: People) -> None:
    document = (await client.get("/schema/openapi.json")).json()

    posts = {path: verbs["post"] for path, verbs in document["paths"].items() if "post" in verbs}
    assert "/api/v1/tokens" in posts
    assert not [
        path
        for path, verb in posts.items()
        if "requestBody" not in verb and not path.endswith(("/commit", "/undo", "/payee-accounts/{account_id}/approval"))
    ]


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b'{"username": "a", "password": "b"}', "text/plain", 415),
        (b'{"username": "a", "password": "b"}', "", 415),
        (b'{"username": "\xff", "password": "b"}', "application/json", 400),
        (b"[" * 200_000, "application/json", 422),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", 422),
        (b'{"username": "a"}', "application/json", 422),
        (b'{"username": "a", "password": "b", "role": "ADMIN"}', "application/json", 422),
        (b'{"username": 1e999, "password": "b"}', "application/json", 422),
        (b'{"username": "\\u0000", "password": "b"}', "application/json", 422),
    ],
)
async def test_a_body_that_cannot_be_used_is_a_fault_of_the_sender(
    client: httpx.AsyncClient, story: People, body: bytes, media: str, status: int
) -> None:
    answer = await client.post("/api/v1/tokens", content=body, headers={"content-type": media} if media else {})

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("number", ["１", "99999999999999999999999999", "0", "-1"])
async def test_an_id_that_is_no_id_is_not_found(client: httpx.AsyncClient, story: People, number: str) -> None:
    reader = await api(client, story.maker)

    assert (await reader.get(f"/payouts/{number}")).status_code == 404


async def test_a_first_password_opens_nothing_but_its_own_change(client: httpx.AsyncClient, story: People) -> None:
    user_id, _ = await actions.add_user(NewUser("zhang", "张", Role.CITY_OFFICE, "370400"), actor=story.admin)
    zhang = await browser(client, msgspec.structs.replace(story.city, user_id=user_id, username="zhang"))
    program = await api(client, msgspec.structs.replace(story.city, user_id=user_id, username="zhang"))

    sent = await zhang.get("/projects")

    assert (sent.status_code, sent.headers["location"]) == (303, "/account/password")
    assert (await zhang.get("/account/password")).status_code == 200
    assert (await program.get("/projects")).status_code == 403


async def test_a_refused_form_may_be_mended_and_sent_again_under_its_key(client: httpx.AsyncClient, story: People) -> None:
    made = await make.order(story)
    checker = await browser(client, story.checker)

    refused = await checker.post(f"/payouts/{made.id}/release", {"version": "9", "key": "the-form"})
    mended = await checker.post(f"/payouts/{made.id}/release", {"version": str(made.version), "key": "the-form"})
    clicked_twice = await checker.post(f"/payouts/{made.id}/release", {"version": str(made.version), "key": "the-form"})

    assert refused.status_code == 409
    assert mended.headers["location"] == clicked_twice.headers["location"] == "/payouts?state=RELEASED"
