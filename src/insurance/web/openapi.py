"""The OpenAPI document, made from the routes themselves: body, example and answer stand in each route's `opt` (`takes`)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from insurance import __version__
from insurance.web.problem import TITLES

_PREFIX = "/api/v1"
_REF = "#/components/schemas/{name}"
_FAULTS = {"GET": (400, 401, 403, 404, 422, 503), "OTHER": (400, 401, 403, 404, 409, 415, 422, 503)}


def routes(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every (method, path, handler) of the service."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods):
                    if method not in {"OPTIONS", "HEAD"}:
                        yield str(method), route.path, handler


def document(app: Litestar) -> dict[str, Any]:
    """OpenAPI 3.1 of everything under /api/v1."""
    found = [entry for entry in routes(app) if entry[1].startswith(_PREFIX)]
    shapes = [shape for *_, h in found for key in ("body", "answers") if (shape := h.opt.get(key)) is not None]
    _, components = _components(shapes)
    components["Problem"] = _PROBLEM
    paths: dict[str, dict[str, Any]] = {}
    for method, path, handler in found:
        plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
        paths.setdefault(plain, {})[method.lower()] = _operation(method, path, handler)
    return {
        "openapi": "3.1.0",
        "info": {"title": "双保险", "version": __version__, "description": "Amounts are integers of fen, rates decimal strings."},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _components(shapes: list[Any]) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """Schemas of these structs and what they refer to; a free value (`object`) may be anything."""
    return msgspec.json.schema_components(shapes, ref_template=_REF, schema_hook=lambda _: {"description": "any JSON value"})


def _operation(method: str, path: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    opt = handler.opt
    said = inspect.cleandoc(handler.fn.__doc__ or "")
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if kind == "int" else "string"}}
        for name, kind in re.findall(r"\{(\w+):(\w+)\}", path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "description": what, "schema": {"type": "string"}}
        for name, what in opt.get("query", {}).items()
    ]
    if method != "GET" and not _exempt(path):
        parameters.append(
            {"name": "Idempotency-Key", "in": "header", "required": method == "POST", "schema": {"type": "string", "maxLength": 255}}
        )
    operation: dict[str, Any] = {"summary": said.splitlines()[0] if said else "", "description": said, "parameters": parameters}
    if body := _body(opt):
        operation["requestBody"] = body
    operation["responses"] = _answers(method, handler)
    if path.endswith("/tokens"):
        operation["security"] = []
    return operation


def _exempt(path: str) -> bool:
    return "/tokens" in path or "/trial" in path


def _body(opt: dict[str, Any]) -> dict[str, Any] | None:
    if "form" in opt:
        properties = {name: {"type": "string", **({"format": "binary"} if name == "file" else {})} for name in opt["form"]}
        return {"required": True, "content": {"multipart/form-data": {"schema": {"type": "object", "properties": properties}}}}
    if "example" not in opt:
        return None
    content: dict[str, Any] = {"example": opt["example"]}
    if opt.get("body") is not None:
        (schema,), _ = _components([opt["body"]])
        content["schema"] = schema
    return {"required": True, "content": {"application/json": content}}


def _answers(method: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    ok: dict[str, Any] = {"description": "As asked"}
    if handler.opt.get("answers") is not None:
        (schema,), _ = _components([handler.opt["answers"]])
        ok["content"] = {"application/json": {"schema": schema}}
    faults = {
        str(status): {
            "description": TITLES[status],
            "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}},
        }
        for status in _FAULTS["GET" if method == "GET" else "OTHER"]
    }
    return {str(handler.status_code): ok, **faults}


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "text": {"type": "string"}},
                "required": ["field", "text"],
            },
        },
        "request_id": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "errors"],
}
