"""Numbered steps; each runs its folder of SQL."""
