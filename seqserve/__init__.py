"""The runtime of seqserve: what must be the same in training and in serving. Raw input in, raw answer out."""
