"""Writes the dashboards: `python -m deploy.grafana`."""

import json
from pathlib import Path

from deploy.grafana import models, service

DIRECTORY = Path(__file__).parent / "dashboards"


def written() -> dict[Path, str]:
    """File to what it must hold."""
    found = {"service.json": service.DASHBOARD, "models.json": models.DASHBOARD}
    return {DIRECTORY / name: json.dumps(board.written(), indent=1) + "\n" for name, board in found.items()}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text)
