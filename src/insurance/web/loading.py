"""The page shown while the demo loads: a bar with its value beside it, renewed every two seconds without JavaScript."""

from __future__ import annotations

from markupsafe import Markup

from insurance.web.render import static

_PAGE = Markup(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>双保险 · 正在准备</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="{every}">'
    '<link rel="stylesheet" href="{css}"></head><body><main class="wait"><h1>{head}</h1>'
    '<p><progress max="100" value="{percent}">{percent}%</progress> {percent}%</p><p>{said}</p>'
    '<p lang="en">The demo data are loading; this page renews itself.</p></main></body></html>'
)


def loading_page(fraction: float, said: str, *, failed: bool) -> str:
    """The whole page. `fraction` 0…1."""
    head = "演示数据没有装好,请看终端里的说明" if failed else "正在准备演示数据"
    return _PAGE.format(every=30 if failed else 2, css=static("app.css"), head=head, percent=round(fraction * 100), said=said)
