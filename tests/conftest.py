"""What the tests of several packages share."""

from __future__ import annotations

import sys
from pathlib import Path

# `from tests import tiny` works from wherever pytest is started.
sys.path.insert(0, str(Path(__file__).parents[1]))
