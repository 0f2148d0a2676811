"""All lists of all rooms, by name."""

from functools import cache
from importlib import import_module

from django.apps import apps

from louyu.core.lists.declare import List


def lists_of_rooms() -> list[tuple[str, List]]:
    """Every list that a room declares in its ``lists``, with the module; the site's, made of several rooms', last."""
    configs = [config for config in apps.get_app_configs() if config.name.startswith("louyu.")]
    found = []
    for config in sorted(configs, key=lambda config: config.name == "louyu.site"):
        module = f"{config.name}.lists"
        try:
            room = import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            continue
        found += [(module, value) for value in vars(room).values() if isinstance(value, List)]
    return found


@cache
def lists_by_name() -> dict[str, List]:
    """All lists that rooms declare, by name; with what a higher room adds to one."""
    return {declared.name: declared for _module, declared in lists_of_rooms()}
