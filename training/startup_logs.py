"""Holds back what TensorFlow logs for information while it is loaded."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_INFORMATION = re.compile(rb"I\d{4} [\d:.]+ .*|WARNING: All log messages before absl::InitializeLog\(\) is called .*")


def load_tensorflow() -> None:
    """Load TensorFlow with few words, and with the settings that suit small networks."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is loaded, which logs at length
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of many small systems, threads would wait for each other
    with held_back():
        import tensorflow  # noqa: F401


@contextmanager
def held_back() -> Iterator[None]:
    """Write to standard error only when this ends, and without lines of information.

    `TF_CPP_MIN_LOG_LEVEL` holds back what comes later: native code writes the first lines before it reads that. What
    else is written, such as errors, is shown.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            written.seek(0)
            for line in written:
                if not _INFORMATION.fullmatch(line.rstrip()):
                    os.write(2, line)
