"""Questions that people write on sets of related images, with answers that a model drafts and people settle."""
