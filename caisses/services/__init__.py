"""What may be done to funds, rights and chartes."""
