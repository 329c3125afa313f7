"""What leaders and superiors read; writes nothing."""
