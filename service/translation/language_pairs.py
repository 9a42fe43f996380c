"""Which models translate between which languages, in one state of the registry."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from seqserve.registry.store import STABLE
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.predictor import Translator
from service.model_registry.loaded_models import Loaded, Registry

Pair = tuple[str, str]


class LanguagePairs:
    """The models of a task by their languages; those of a model are its stable version's, if it has one that is served.

    Attributes:
        pairs: model to its source and target language.
    """

    def __init__(self, registry: Registry, task: str) -> None:
        catalog = registry.catalog
        stable = {name: catalog.labels(task, name).get(STABLE) for name in catalog.names(task)}
        known = {key: pair(held) for key, held in registry.loaded.items() if key.task == task}
        known |= {
            key: told for key, told in registry.described.items() if key not in known and key.task == task and told
        }
        ordered = sorted(known, key=lambda key: (key.version == stable[key.name], key in registry.loaded))
        self.pairs: dict[str, Pair] = {key.name: known[key] for key in ordered}
        self._names: defaultdict[tuple[str | None, str | None], list[str]] = defaultdict(list)
        for name, (source, target) in sorted(self.pairs.items()):
            one, other = source.lower(), target.lower()
            for wanted in ((one, other), (one, None), (None, other)):
                self._names[wanted].append(name)

    def names(self, source: str | None, target: str | None) -> list[str]:
        """The models that translate so, by name; none stands for any language, on one side."""
        return self._names.get((source and source.lower(), target and target.lower()), [])


def described(config: Any) -> Pair:
    """The languages of a translator, of its `config.json`.

    Raises:
        ValueError: it is none of a translator.
    """
    found = TranslatorConfig.model_validate(config)
    return found.source, found.target


def pair(loaded: Loaded) -> Pair:
    """The languages of a translator."""
    assert isinstance(loaded.predictor, Translator)
    return loaded.predictor.config.source, loaded.predictor.config.target
