"""The list of units: who owes."""
