"""Documents that a person shows to a third party: what they say, how they look, their codes."""
