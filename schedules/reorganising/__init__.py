"""Units merge, split, end in mid-plan: what they still owe goes where somebody says."""
