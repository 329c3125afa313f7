"""Money that moves; ignorant of claims."""
