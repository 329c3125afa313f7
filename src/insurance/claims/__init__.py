"""From notice of loss to payment (the procedure is data in the top-level folder of the same name)."""
