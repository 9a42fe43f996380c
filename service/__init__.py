"""The HTTP service of seqserve: a BentoML service with an ASGI app mounted, predicting with `seqserve`."""
