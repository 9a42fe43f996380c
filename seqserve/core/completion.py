"""Completes in a shell what is typed after `python -m seqserve` or `python -m training`.

Source: https://kislyuk.github.io/argcomplete/#global-completion
"""

from __future__ import annotations

import argparse
import os


def is_asked() -> bool:
    """Whether a shell runs this process only to complete a line."""
    return "_ARGCOMPLETE" in os.environ


def offer(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks, and end the process; otherwise do nothing.

    The shell asks if argcomplete, the extra `completion`, is activated in it.
    """
    if is_asked():
        import argcomplete

        argcomplete.autocomplete(parser)
