"""The ground floor: knows nothing of insurance."""
