"""The docs suite: what the guides say is held against the running shop, file and line."""
