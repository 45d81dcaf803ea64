"""Card payments: attempts, PayZen, notifications, and their booking."""
