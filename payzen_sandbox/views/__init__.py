"""Pages of the sandbox: the buyer's, and the back office."""
