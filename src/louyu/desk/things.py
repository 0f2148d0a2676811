"""What lies on a desk is about a thing of a higher room: how that room declares its kinds of things.

The desk knows no building, enterprise or case. A room says in its ``AppConfig.ready()`` of which models somebody can
be told, how one is called and where its page is; the rest follows from the model's own access row.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from louyu.core.errors import Refusal
from louyu.core.scoping import Reader


@dataclass(frozen=True)
class Thing:
    """A kind of record that somebody can be told about.

    label: its model. page: name of the address of its page, which takes the key (``of_one=False``: it does not).
    words: how one is called. followed: it can be followed. noted: notes can be written on it.
    """

    label: str
    page: str
    of_one: bool = True
    words: Callable[[Any], str] = str
    followed: bool = False
    noted: bool = False

    @property
    def model(self) -> Any:
        """Its model."""
        return apps.get_model(self.label)

    def link(self, key: UUID) -> str:
        """The address of the page of one."""
        return reverse(self.page, args=[key] if self.of_one else [])


_things: dict[str, Thing] = {}


def declare(thing: Thing) -> None:
    """Let people be told about this kind of record; raises RuntimeError when it is declared twice."""
    if _things.setdefault(thing.label, thing) is not thing:
        raise RuntimeError(f"{thing.label} is declared twice")


def things() -> tuple[Thing, ...]:
    """All kinds of things."""
    return tuple(_things.values())


def thing_of(label: str) -> Thing:
    """The kind of a model's label ("places.Building"). Raises Refusal where there is none."""
    if label not in _things:
        raise Refusal(
            _("没有这类记录。"), field="about_model", value=label[:60], mend=_("请从记录的页面上来。")
        )
    return _things[label]


def visible(reader: Reader, labels: Collection[str] | None = None) -> Q:
    """Rows about a thing that exists for this reader: asked of the thing's own access row, by its key.

    labels: the kinds that come into question, where that is known; asking of fewer is quicker.
    """
    found = Q(pk__in=[])
    for thing in things():
        if labels is not None and thing.label not in labels:
            continue
        seen = thing.model.objects.for_reader(reader).filter(pk=OuterRef("about"))
        found |= Q(Exists(seen), about_model=thing.label)
    return found
