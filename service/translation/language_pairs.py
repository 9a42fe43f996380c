"""Which models translate between which languages, in one state of the registry."""

from __future__ import annotations

from collections import defaultdict

from seqserve.registry.store import STABLE
from seqserve.translation.predictor import Translator
from service.model_registry.loaded_models import Loaded, Registry

Pair = tuple[str, str]


class LanguagePairs:
    """The models of a task by their languages; those of a model are its stable version's, if that is loaded.

    Attributes:
        pairs: model to its source and target language.
    """

    def __init__(self, registry: Registry, task: str) -> None:
        catalog = registry.catalog
        stable = {name: catalog.labels(task, name).get(STABLE) for name in catalog.names(task)}
        loaded = [found for key, found in registry.loaded.items() if key.task == task]
        loaded.sort(key=lambda found: found.key.version == stable[found.key.name])
        self.pairs: dict[str, Pair] = {found.key.name: pair(found) for found in loaded}
        self._names: defaultdict[tuple[str | None, str | None], list[str]] = defaultdict(list)
        for name, (source, target) in sorted(self.pairs.items()):
            one, other = source.lower(), target.lower()
            for wanted in ((one, other), (one, None), (None, other)):
                self._names[wanted].append(name)

    def names(self, source: str | None, target: str | None) -> list[str]:
        """The models that translate so, by name; none stands for any language, on one side."""
        return self._names.get((source and source.lower(), target and target.lower()), [])


def pair(loaded: Loaded) -> Pair:
    """The languages of a translator."""
    assert isinstance(loaded.predictor, Translator)
    return loaded.predictor.config.source, loaded.predictor.config.target
