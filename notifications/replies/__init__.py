"""What people answer to our letters: files for a draft, or a question to the office."""
