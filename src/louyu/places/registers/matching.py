"""Which building a register's words mean: one on record, a new one, or a question that only a person can answer."""

from django.utils.translation import gettext as _

from louyu.core.words import building_key, search_text
from louyu.places.models import Building
from louyu.places.rules import fitting_names
from louyu.workbooks.declare import Choice, Context, Entry, Plan, Question

MOST_CHOICES = 6
BETWEEN = "-－—–·,，、/ :："
"""What offices write between a building's name and its door."""


class NamedBuildings:
    """The buildings on record by each of their names, and those that this file adds."""

    def __init__(self, plan: Plan, context: Context) -> None:
        self.plan, self.context = plan, context
        self.by_name: dict[str, Building] = {}
        for building in Building.rows_without_a_reader.all():
            for name in (building.name, *building.other_names):
                self.by_name[building_key(name)] = building
        self.recognised: dict[str, tuple[Building | None, str, list[str]]] = {}

    def named(self, entry: Entry, said: str, *fields: str, ask: bool = True) -> tuple[Building | None, str]:
        """The building and what the words say besides it ("方远广场1504室" → 1504室).

        fields: where the words stand in the row. Unless ``ask`` is False an unknown building lets the row wait.
        """
        building, rest, fitting = self.recognise(said)
        if building is not None or not ask:
            return building, rest
        return self._asked(entry, said, fitting, fields), ""

    def recognise(self, said: str) -> tuple[Building | None, str, list[str]]:
        """The building, the rest of the words, and the names that a shortened one may stand for."""
        if said not in self.recognised:
            self.recognised[said] = self._recognise(said)
        return self.recognised[said]

    def _recognise(self, said: str) -> tuple[Building | None, str, list[str]]:
        key = building_key(said)
        if key in self.by_name:
            return self.by_name[key], "", []
        inside = [name for name in self.by_name if len(name) >= 2 and name in key]
        if inside:
            longest = max(inside, key=len)
            at = key.index(longest)
            return self.by_name[longest], key[at + len(longest) :].lstrip(BETWEEN), []
        bare = key.split("(")[0].rstrip("0123456789-、,室层楼f" + BETWEEN)
        fitting = fitting_names(bare or key, self.by_name)
        one = {self.by_name[n].pk for n in fitting}
        if len(one) == 1:
            return self.by_name[fitting[0]], key[len(bare) :].lstrip(BETWEEN), []
        return None, "", fitting

    def _asked(self, entry: Entry, said: str, fitting: list[str], fields: tuple[str, ...]) -> Building | None:
        """A building that nobody knows is asked about once; its rows wait until then."""
        key = f"building:{building_key(said)}"
        answer = self.context.answer(key)
        if answer == "new":
            building = Building(name=said[:80], search=search_text(said)[:600], **self.context.origin(entry))
            self.by_name[building_key(said)] = self.plan.writes.make(building)
            self.recognised[said] = (building, "", [])
            return building
        for building in self.by_name.values():
            if answer == building.pk.hex:
                return building
        offered = fitting or sorted(n for n in self.by_name if set(n[:2]) & set(said))
        choices = [Choice(self.by_name[n].pk.hex, self.by_name[n].name) for n in offered[:MOST_CHOICES]]
        text = (
            _("「%s」可能是几幢楼，是哪一幢？") % said
            if fitting
            else _("楼宇「%s」还不在登记册里，是新的楼宇吗？") % said
        )
        self.plan.ask(
            entry,
            Question(
                entry.sheet,
                entry.row,
                entry.column(*fields),
                key,
                text,
                (*choices, Choice("new", _("新建「%s」") % said), Choice("skip", _("先不导入这些行"))),
            ),
        )
        return None
