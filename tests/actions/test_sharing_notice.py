"""A notice that follows an objection."""

from __future__ import annotations

from datetime import date

import pytest

from insurance.base.errors import Invalid
from insurance.sharing import actions
from insurance.sharing.model import Publication, Reasoned
from make import sharing as made
from people import People


async def test_a_notice_after_an_objection_is_not_dated_before_it(story: People) -> None:
    found = await made.published(story)
    clerk = made.later(story.town, date(2019, 9, 3))
    back = await actions.object_to(found.head.id, Reasoned(version=found.head.version, reason="漏了一户"), actor=clerk)
    given = Publication(
        version=back.head.version, posted_on=found.head.made_on, place="村务公开栏", document_id=await made.photo(found, story)
    )

    with pytest.raises(Invalid) as refused:
        await actions.publish(found.head.id, given, actor=clerk)

    assert [one.field for one in refused.value.faults] == ["posted_on"]
