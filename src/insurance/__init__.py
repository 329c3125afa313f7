"""双保险 (dual insurance): two covers for a city's poverty-alleviation projects."""

__version__ = "0.1.0"
