"""Other forms of asking."""
