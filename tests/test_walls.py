"""The walls, from the catalogue and from outside: scope forced on every table, powers of the application role, every route by every role."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from insurance.base import db
from people import People
from walk import OPEN, ROUTES, all_routes, talker

SYSTEM = db.Scope(0, "SYSTEM", "370400/")
# (reliability: catalogue checks) each must find nothing.
CATALOGUE = {
    "scoped but not forced": """
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('region_path', 'insurer_id', 'actor_id')
                    AND NOT a.attisdropped)
        AND c.relname NOT IN ('insurer_rule')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)""",
    "row-level security without force, or without a rule": """
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
        AND (NOT c.relforcerowsecurity OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive))""",
    "the application role has powers": """
        SELECT rolname FROM pg_roles WHERE rolname = 'insurance_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
            OR rolreplication)""",
    "the application role is somebody else too": """
        SELECT roleid::regrole FROM pg_auth_members WHERE member = 'insurance_app'::regrole""",
    "the application role owns something": """
        SELECT relname FROM pg_class WHERE relowner = 'insurance_app'::regrole
        UNION ALL SELECT proname FROM pg_proc WHERE proowner = 'insurance_app'::regrole
        UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = 'insurance_app'::regrole""",
    "security definer without a search path": """
        SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM unnest(p.proconfig) x WHERE x LIKE 'search_path=%')""",
    "a view that would bypass row-level security": """
        SELECT c.relname FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = current_schema()::regnamespace
        AND NOT coalesce(c.reloptions::text ~ 'security_invoker=(true|on)', false)""",
    "the application role may create": """
        SELECT nspname FROM pg_namespace WHERE nspname IN (current_schema(), 'public')
        AND has_schema_privilege('insurance_app', oid, 'CREATE')""",
    "the application role may empty a table": """
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND has_table_privilege('insurance_app', c.oid, 'TRUNCATE')""",
    "history that may be changed": """
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
        AND c.relname IN ('audit_event', 'audit_seal', 'transfer', 'claim_event', 'policy_event', 'income_statement',
                          'income_statement_line', 'annual_account', 'letter', 'letter_delivery', 'letter_pdf')
        AND (has_table_privilege('insurance_app', c.oid, 'UPDATE') OR has_table_privilege('insurance_app', c.oid, 'DELETE'))""",
}
PEOPLE = [name for name in People.__struct_fields__ if not name.startswith("insurer_")]


@pytest.mark.parametrize("check", CATALOGUE)
async def test_the_catalogue_shows_no_hole(pool: None, check: str) -> None:
    async with db.transaction(SYSTEM):
        assert [r[0] for r in await db.fetch(CATALOGUE[check])] == []


async def test_the_service_is_the_application_role(pool: None) -> None:
    async with db.transaction(SYSTEM):
        assert await db.fetchval("SELECT current_user::text || session_user::text") == "insurance_app" * 2


def test_every_route_asks_who_may_unless_it_is_on_the_list() -> None:
    found = {(route.method, route.path): route.acts for route in all_routes()}

    assert {place for place, acts in found.items() if not acts} == OPEN & set(found)
    assert set(found) | {("GET", "/static/{file_path:path}")} >= OPEN


async def test_without_signing_in_the_api_says_401_and_pages_lead_to_the_door(client: httpx.AsyncClient, story: People) -> None:
    wrong = []
    for route in ROUTES:
        answer = await client.request(
            route.method, route.address({}), headers={"accept": "application/json" if route.is_api else "text/html"}
        )
        led = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        if not (answer.status_code == 401 if route.is_api else led):
            wrong.append((route.method, route.path, answer.status_code))

    assert not wrong


@pytest.mark.parametrize("who", PEOPLE)
async def test_a_role_reaches_what_it_may_and_nothing_else(client: httpx.AsyncClient, app: Litestar, story: People, who: str) -> None:
    actor = story.everybody()[who]
    wrong = []
    for route in ROUTES:
        answer = await route.call(await talker(client, route, actor), {})
        right = answer.status_code not in {401, 403, *range(500, 600)} if route.may(actor.role) else answer.status_code == 403
        if not right:
            wrong.append((route.method, route.path, answer.status_code, answer.text[:200]))

    assert not wrong, "\n".join(map(str, wrong))
