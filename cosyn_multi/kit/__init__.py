"""The template kit: starting a template, drawing it from many worlds, judging what came out, showing it."""
