"""Who comes in, and by which door: a unit by the link in its letter, an official by signing in."""
