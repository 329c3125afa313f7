"""The pages of the register that need no eligibility: a project by hand, imports, papers handed out."""

from __future__ import annotations

from litestar import Response, Router, get

from insurance.access.guards import needs
from insurance.access.http import Id, Req
from insurance.access.uploads import handed_out
from insurance.projects import documents, pages_annual, pages_edit, pages_imports


@get("/documents/{document_id:int}", guards=[needs("document.read")])
async def document(request: Req, document_id: Id) -> Response[bytes]:
    """A paper as a download."""
    paper, content = await documents.hand_out(document_id, actor=request.user)
    return handed_out(content, paper.name, paper.media)


router = Router(path="", route_handlers=[document, *pages_edit.handlers, *pages_annual.handlers, *pages_imports.handlers])
