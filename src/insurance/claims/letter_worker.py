"""The child that draws letters: fonts and typesetter live here and end with it, so that the service stays small."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

LENGTH = struct.Struct(">I")


def main() -> None:
    """Read layout and letters (content as JSON text, instant of issue), write each PDF with its length before it."""
    import pylopdf_fonts_zh_cn
    import typst  # only here: the parent imports this module for its frame

    order = json.load(sys.stdin.buffer)
    layout = Path(order["layout"])
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(pylopdf_fonts_zh_cn.sans_path()).parent]
    )  # the packaged ones alone, so that every machine prints alike
    for content, issued_at in order["letters"]:
        drawn = typst.compile(
            layout, root=layout.parent, font_paths=fonts, ignore_system_fonts=True, sys_inputs={"letter": content}, timestamp=issued_at,
            format="pdf",
        )  # fmt: skip
        sys.stdout.buffer.write(LENGTH.pack(len(drawn)) + drawn)
        sys.stdout.buffer.flush()
