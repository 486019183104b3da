"""The gallery: leafing through runs in a browser, and spot-checking them."""
