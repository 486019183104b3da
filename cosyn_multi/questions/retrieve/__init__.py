"""Finding things: which image, which cell."""
