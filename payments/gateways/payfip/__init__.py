"""PayFiP (DGFiP): the only place where its field names are known."""
