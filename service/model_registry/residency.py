"""Which versions are held in memory: what is loaded without a request, in which order, and what is unloaded."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from seqserve.registry.signatures import TrustedKeys
from seqserve.registry.store import STABLE, Key
from seqserve.registry.version_patterns import EVERYTHING, VersionPatterns
from service.model_registry.loaded_models import Registry
from service.model_registry.loader import Describe


@dataclass(frozen=True)
class Policy:
    """What is held in memory.

    Args:
        keep: how many of the newest versions of a model are served, besides those with a label.
        load: which of them are loaded without a request; the tasks' default models always are.
        max_bytes: memory of all loaded versions, as estimated; past it those that were not used for longest are
            unloaded, except the defaults. None means that there is no limit.
        trusted: keys of which one must have signed a version; none means that it needs no signature.
        describe: what is told of versions that are not loaded.
    """

    keep: int = 3
    load: VersionPatterns = EVERYTHING
    max_bytes: int | None = None
    trusted: TrustedKeys | None = None
    describe: Describe = field(default_factory=dict)


def pinned(registry: Registry) -> set[Key | None]:
    """The versions that are always in memory: a worker is ready with them."""
    return set(map(registry.default, registry.catalog.tasks()))


def size(registry: Registry) -> int:
    """Bytes of memory that the loaded versions take, as estimated."""
    return sum(held.size for held in registry.loaded.values())


def wanted(registry: Registry, patterns: VersionPatterns, unloaded: Set[Key]) -> list[Key]:
    """The versions that need no request and are not loaded yet: defaults first, then stable ones, then the others.

    Args:
        unloaded: versions that had to make room; they come back when they are asked for.
    """
    always, catalog = pinned(registry), registry.catalog
    missing = registry.served - registry.loaded.keys() - registry.refused.keys()
    found = {
        key: catalog.labels_of(key)
        for key in missing
        if key in always or (key not in unloaded and patterns.match(key, catalog.labels_of(key)))
    }
    return sorted(found, key=lambda key: (key not in always, STABLE not in found[key], key))


def superfluous(registry: Registry, limit: int, kept: Key | None, first: Key | None) -> list[Key]:
    """The versions to unload until the rest is within a limit: those that were not used for longest, but no default.

    Args:
        limit: in bytes.
        kept: one that stays.
        first: one that goes before all others.
    """
    loaded, left, found = registry.loaded, size(registry), []
    free = loaded.keys() - pinned(registry) - {kept}
    for key in sorted(free, key=lambda key: (key != first, loaded[key].use.at)):
        if left <= limit:
            break
        left -= loaded[key].size
        found.append(key)
    return found
