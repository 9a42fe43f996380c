"""Writes the rules that hold the tasks' objectives: `python -m deploy.prometheus`."""

from pathlib import Path

from deploy.prometheus.objectives import written

PATH = Path(__file__).parent / "rules" / "objectives.yml"

if __name__ == "__main__":
    PATH.write_text(written())
