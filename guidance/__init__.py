"""What the career office does, and the rules it does it by."""
