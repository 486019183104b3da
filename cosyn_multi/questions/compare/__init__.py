"""Holding images against each other."""
