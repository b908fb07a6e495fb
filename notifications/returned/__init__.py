"""What comes back to the return path of our letters: delivery reports and automatic replies."""
