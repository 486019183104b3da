"""The page that people write questions on: in the gallery's house, with its safety and its keys."""
