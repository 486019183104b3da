"""Making, writing, resuming and reading shards."""
