"""Calculating across images."""
