"""What every page and API handler uses: bodies read strictly, the reader's view, acts done once from a form."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.params import PathParameter

from insurance.access import clock, rules
from insurance.access.guards import csrf_token
from insurance.access.model import FINANCE, ROLE_NAMES, Actor
from insurance.access.once import perform
from insurance.access.scopes import scope_name
from insurance.base.errors import FieldFault, Invalid, Unreadable, WrongMediaType
from insurance.base.text import t
from insurance.web.forms import texts
from insurance.web.render import answer, onward
from insurance.web.view import NavItem, Note, View

Body = TypeVar("Body")
Req = Request[Actor, Any, Any]
Id = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]
MAX_FIELD = 20_000


def takes(body: Any, example: Any, answers: Any = None) -> dict[str, Any]:
    """`opt` of a JSON route: its body struct, an example that fits it, and what it answers; the OpenAPI document shows them.

    A GET says `opt={"answers": Struct, "query": {"town": "what it is"}}`, an upload `opt={"form": ["file", "kind"], "answers": …}`.
    """
    msgspec.convert(example, body)
    return {"body": body, "example": example, "answers": answers}


async def read_json(request: Req, shape: type[Body]) -> Body:
    """The JSON body as a struct. 415 when it is not JSON, 400 when it cannot be read, 422 naming the wrong field."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise WrongMediaType(t("请求体须为 application/json"))
    raw = await request.body()
    if b"\\u0000" in raw:
        raise Invalid.field("", t("内容中有不允许的空字符"))
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as wrong:
        raise _wrong_field(str(wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable(t("请求体不是可以读懂的 JSON")) from None


async def typed(request: Req) -> dict[str, list[str]]:
    """A form's texts by field, files left out."""
    form = await request.form()
    return texts((name, value) for name, value in form.multi_items() if isinstance(value, str))


def _wrong_field(said: str) -> Invalid:
    """Msgspec's sentence ('Expected `int`, got `str` - at `$.lines[0].loss_fen`') as a field fault."""
    what, _, where = said.partition(" - at `")
    field = where.rstrip("`").removeprefix("$").lstrip(".")
    if not field and "field `" in what:
        field = what.split("field `", 1)[1].split("`", 1)[0]
    return Invalid(t("有字段填写不正确"), [FieldFault(field, t("格式不正确：{said}；各字段的写法见 /schema/openapi.json", said=what))])


def view(request: Req, *, notes: tuple[Note, ...] = ()) -> View:
    """What the shell shows for this reader."""
    actor: Actor | None = request.scope.get("user")
    htmx = request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"
    language = actor.language if actor else "zh"
    pinned = clock.pinned()
    common: dict[str, Any] = {
        "path": request.url.path,
        "query": tuple(request.query_params.multi_items()),
        "htmx": htmx,
        "day": clock.business_now().date(),
        "demo": pinned is not None,
        "notes": notes,
    }
    if actor is None:
        asked = request.query_params.get("lang") or request.cookies.get("lang")
        return View(language=asked if asked in ("zh", "en") else language, **common)
    return View(
        language=language,
        name=actor.display_name,
        role=ROLE_NAMES[actor.role],
        scope=scope_name(actor),
        nav=navigation(actor),
        csrf=csrf_token(str(request.scope.get("auth") or "")),
        **common,
    )


_NAV: tuple[tuple[str, NavItem], ...] = (
    ("figures.read", NavItem("/", t("总览"), "layout-dashboard")),
    ("claim.acceptance", NavItem("/worklist", t("我的工作台"), "inbox")),
    ("claim.approval", NavItem("/worklist", t("我的工作台"), "inbox")),
    ("project.read", NavItem("/projects", t("项目台账"), "table-2")),
    ("register.import", NavItem("/imports", t("Excel 导入"), "upload")),
    ("policy.read", NavItem("/policies", t("保单"), "shield-check")),
    ("disaster.read", NavItem("/disasters", t("灾害与报案"), "cloud-lightning")),
    ("claim.read", NavItem("/claims", t("理赔案件"), "scale")),
    ("handover.read", NavItem("/handovers", t("移交包"), "file-spreadsheet")),
    ("payout.read", NavItem("/payouts", t("赔款支付"), "wallet", group=t("资金"))),
    ("sharing.read", NavItem("/sharing", t("收益分配"), "users")),
    ("statement.read", NavItem("/statements", t("银行对账"), "git-compare")),
    ("statement.read", NavItem("/exceptions", t("待处理流水"), "triangle-alert")),
    ("books.read", NavItem("/books", t("三方对账"), "columns-3")),
    ("premium.read", NavItem("/premiums", t("保费与补贴"), "landmark")),
    ("ledger.read", NavItem("/months", t("余额调节表"), "file-check")),
    ("ledger.read", NavItem("/ledger", t("账簿"), "calculator")),
    ("insurer-rule.write", NavItem("/insurer-rules", t("承保规则"), "arrow-left-right", group=t("管理"))),
    ("insurer.write", NavItem("/insurers", t("保险公司"), "shield")),
    ("audit.read", NavItem("/audit", t("审计记录"), "scroll-text", group=t("管理"))),
    ("account.administer", NavItem("/accounts", t("账号"), "settings")),
)


def navigation(actor: Actor) -> tuple[NavItem, ...]:
    """The entries this role may open, each once."""
    seen: dict[str, NavItem] = {}
    for act, item in _NAV:
        if rules.may(actor.role, act):
            seen.setdefault(item.href, item)
    return _money_first(tuple(seen.values())) if actor.role in FINANCE else tuple(seen.values())


def _money_first(items: tuple[NavItem, ...]) -> tuple[NavItem, ...]:
    """The same for finance, whose own work comes right after the overview (and so into the bar of a phone)."""
    start = next(n for n, item in enumerate(items) if item.href == "/payouts")
    business, *rest = items[1:start]
    return (items[0], *items[start:], msgspec.structs.replace(business, group=t("业务")), *rest)


def show(
    request: Req,
    template: str,
    *,
    block: str | None = None,
    status: int = 200,
    notes: tuple[Note, ...] = (),
    **context: Any,
) -> Response[str]:
    """A page (or its block for htmx) for this reader; templates get `actor`, `may(act)` and a fresh form `key` besides the context."""
    actor: Actor | None = request.scope.get("user")
    return answer(
        template,
        view(request, notes=notes),
        block=block,
        status=status,
        actor=actor,
        may=(lambda act: actor is not None and rules.may(actor.role, act)),
        key=secrets.token_urlsafe(12),
        **context,
    )


async def submit(request: Req, act: Callable[[], Awaitable[str]]) -> Response[str]:
    """A form's act, once per hidden field `key`; `act` answers the address to go on to. A double click goes on to the same place."""
    form = await request.form()
    key = str(form.get("key") or "")[:255] or secrets.token_urlsafe(12)

    async def run() -> tuple[int, str | None, bytes]:
        return 303, await act(), b""

    digest = hashlib.sha256(request.url.path.encode()).digest()
    _, location, _ = await perform(request.user, f"POST {request.url.path}", key, digest, run, keep_refusals=False)
    return onward(location or "/", view(request))


def sign_in_address(request: Req) -> str:
    """Where to sign in, and come back from."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/login" if here == "/" else f"/login?next={quote(here, safe='')}"
