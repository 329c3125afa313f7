"""Honest defaults for what a test is not about: `make.user(...)`, `make.people()`, and one file per context."""

from make.access import people as people
from make.access import user as user
