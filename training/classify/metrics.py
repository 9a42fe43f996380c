"""The scores of a classifier of sequences: those of texts, of sequences or of all labelled steps."""

from __future__ import annotations

from training.sentiment.metrics import Classes, Rows, scores

__all__ = ["Classes", "Rows", "scores"]
