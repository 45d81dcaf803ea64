"""The pages of a payment, in the order in which a person meets them."""
