"""Testing what is said: agreement, claims, missing facts, suppositions."""
