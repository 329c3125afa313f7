"""Photos: decoded by a child process under limits, so that no file can take the service down or hold up the others' requests.

A thread would keep the event loop free too, but could neither be stopped nor bounded in memory, and a fault of the decoder would be a
fault of the service.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

import msgspec

from insurance.base.errors import Busy, Invalid
from insurance.base.files import Media
from insurance.base.picture_frames import MOST_PIXELS, Answer, Limits, Picture, Thumbnail, Unshowable
from insurance.base.text import t

PICTURES = frozenset({Media.JPEG, Media.PNG})
_SLOTS = asyncio.Semaphore(2)  # children at a time: each may take 700 MB
_PACKAGE_ROOT = str(Path(__file__).parents[2])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from insurance.base.picture_worker import main; main()"
_REFUSALS = {
    "too-many-pixels": t("照片超过 {most} 万像素，请降低相机的分辨率或缩小后再传", most=MOST_PIXELS // 10_000),
    "damaged": t("照片打不开：可能没有传完整，或不是真正的照片。请重新拍摄、另存为 JPG 后再传"),
    "too-much-memory": t("照片太大，处理时超出内存限制，请缩小后再传"),
    "too-slow": t("照片处理超时，请缩小或另存为 JPG 后再传"),
}
_decoder: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


async def read(content: bytes, limits: Limits | None = None) -> Picture:
    """A photo's facts and the copy that is shown. Raises Invalid (field `file`) with the way out."""
    found = await _asked(content, "picture", limits or Limits())
    assert isinstance(found, Picture)
    return found


async def thumbnail(content: bytes, limits: Limits | None = None) -> bytes:
    """A small JPEG of a photo. Raises Invalid as `read` does."""
    found = await _asked(content, "thumbnail", limits or Limits())
    assert isinstance(found, Thumbnail)
    return found.content


async def _asked(content: bytes, wanted: str, limits: Limits) -> Answer:
    async with _SLOTS:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START, _PACKAGE_ROOT, msgspec.json.encode(limits).decode(), wanted),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"OPENBLAS_NUM_THREADS": "1"},  # a thread's stack counts as memory
        )
        try:
            async with asyncio.timeout(limits.wall_seconds):
                said, _ = await child.communicate(content)
        except TimeoutError:
            raise _refused("too-slow") from None
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
    if child.returncode or not said:
        raise _died(child.returncode or 0)
    found = _decoder.decode(said)
    if isinstance(found, Unshowable):
        raise _refused(found.code)
    return found


def _died(code: int) -> Invalid | Busy:
    """A child that was killed met a limit or broke on the file; one that never ran is our fault."""
    if code < 0:
        return _refused("too-slow" if code == -signal.SIGXCPU else "damaged")
    return Busy(t("照片处理程序没有启动，文件没有保存，请稍后再试"))


def _refused(code: str) -> Invalid:
    return Invalid.field("file", _REFUSALS[code])
