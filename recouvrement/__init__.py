"""What may be done about a debt after its letter: contest, remission, plans, transfer, surplus."""
