"""The 101 funds, their agents, rights and branding."""
