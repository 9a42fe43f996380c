"""Where training data comes from: one module a source, and the user's own files."""
