"""How the images are built and ordered."""
