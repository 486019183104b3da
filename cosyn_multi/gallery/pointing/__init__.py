"""The gallery's pages on a points run: sets with their points drawn, samples of what training sees, numbers, verdicts."""
