"""The plan file: what an office decided, as data."""
