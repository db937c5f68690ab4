"""What the career office knows, and how it is found."""
