"""The verbs of a distribution that need no more than itself: the act, the body with an example, what is done. JSON and pages read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.sharing import actions, actions_uses
from insurance.sharing.model import ListWish, Publication, Reasoned, Seen, UseEntry
from insurance.sharing.views import SharingView

Act = Callable[[int, Any, Actor], Awaitable[SharingView]]
WHY = {"version": 2, "reason": "王家湾一户已销户，名单有误"}
_PHOTO = {"version": 1, "posted_on": "2019-08-12", "place": "村务公开栏", "document_id": 32}
_USE = {"version": 4, "purpose": "MUTUAL_AID", "amount_fen": 500_000, "used_on": "2019-08-26", "document_id": 33, "note": "购置被褥"}
# verb → the act of `MAY`; the body with an example; what is done
VERBS: dict[str, tuple[str, type[msgspec.Struct], dict[str, Any], Act, str]] = {
    "recalculation": ("sharing.write", Seen, {"version": 1}, lambda at, given, who: actions.recalculate(at, given.version, actor=who),
                      "Work a draft out anew by plan and list of today."),
    "publication": ("sharing.write", Publication, _PHOTO, lambda at, given, who: actions.publish(at, given, actor=who),
                    "Show it to the village; the objection period begins."),
    "objection": ("sharing.write", Reasoned, WHY, lambda at, given, who: actions.object_to(at, given, actor=who),
                  "An objection: it is a draft again."),
    "confirmation": ("sharing.confirm", Seen, {"version": 2}, lambda at, given, who: actions.confirm(at, given.version, actor=who),
                     "A second person agrees, after the objection period."),
    "cancellation": ("sharing.write", Reasoned, WHY, lambda at, given, who: actions.cancel(at, given, actor=who),
                     "A draft is void; its money waits again."),
    "pay-lists": ("sharing.pay-list", ListWish, {"version": 3}, lambda at, given, who: actions_uses.make_list(at, given, actor=who),
                  "Make a list for the bank of the shares that wait."),
    "uses": ("sharing.use", UseEntry, _USE, lambda at, given, who: actions_uses.use(at, given, actor=who),
             "Record a use with its paper, never above what is left of the share."),
}  # fmt: skip
