"""What every page shares: rendering, forms, lists, templates, style."""
