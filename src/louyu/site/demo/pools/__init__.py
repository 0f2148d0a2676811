"""The pools from which the demo district is drawn: words, names and sentences in plain files beside the code."""

import re
from functools import cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a pool ``name.txt``, separated by blanks."""
    return tuple((HERE / f"{name}.txt").read_text(encoding="utf-8").split())


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a pool ``name.tsv``, without its comments."""
    lines = (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


class Phrases:
    """Sentences of a pool, by the words in its first columns: each used once before any is used again."""

    def __init__(self, name: str, rng: Random) -> None:
        self.rng = rng
        self.pool: dict[tuple[str, ...], list[str]] = {}
        for *key, sentence in table(name):
            self.pool.setdefault(tuple(key), []).append(sentence)
        self._left: dict[tuple[str, ...], list[str]] = {}
        self._said: set[str] = set()

    def say(self, *key: str, **slots: object) -> str:
        """A sentence with its choices made and its slots filled, as a rule one that was not said before."""
        sentence = ""
        for _attempt in range(4):
            if not self._left.get(key):
                self._left[key] = self.rng.sample(self.pool[key], len(self.pool[key]))
            sentence = self._chosen(self._left[key].pop()).format_map({**self._numbers(), **slots})
            if sentence not in self._said:
                break
        self._said.add(sentence)
        return sentence

    def _chosen(self, sentence: str) -> str:
        return _CHOICE.sub(lambda found: self.rng.choice(found[1].split("|")), sentence)

    def _numbers(self) -> dict[str, object]:
        """What stands in slots that nobody fills."""
        rng = self.rng
        return {
            "n": rng.randint(2, 7),
            "many": rng.choice((12, 15, 18, 20, 24, 30, 36, 40)),
            "money": rng.choice((6, 8, 12, 15, 20, 26, 35, 48, 60, 80)),
            "month": rng.randint(1, 12),
            "area": rng.choice((60, 85, 110, 140, 180, 220, 300, 420)),
            "road": rng.choice(words("roads")),
            "floor": rng.randint(2, 12),
            "room": 101 + 100 * rng.randint(1, 11) + rng.randint(0, 8),
        }
