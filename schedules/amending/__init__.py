"""A launched plan is amended: what its new version changes, and all that follows, as rows."""
