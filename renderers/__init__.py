"""Renderers: code and data to a picture with its readings. They know nothing of questions."""
