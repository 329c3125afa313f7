"""The article's city, driven through the program's own functions."""
