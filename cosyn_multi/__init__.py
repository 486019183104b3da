"""Multi-image training data for vision-language models, with answers computed from what is drawn."""

__version__ = "0.1.0"
