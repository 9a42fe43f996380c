from __future__ import annotations

import platform

from prometheus_client import CollectorRegistry, generate_latest

from service.monitoring.build import BuildInfo, own_version


def test_the_build_is_told_with_its_versions() -> None:
    registry = CollectorRegistry()
    registry.register(BuildInfo())
    text = generate_latest(registry).decode()
    assert f'version="{own_version()}"' in text
    assert f'python="{platform.python_version()}"' in text
    assert text.endswith("} 1.0\n")
