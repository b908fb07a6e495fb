"""A plan document becomes a draft plan: rules on the text's structure, offline, the same every time."""
