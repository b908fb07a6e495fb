"""Files of every kind become lines of text."""
