"""The PayZen form protocol: what a form may contain and how it is signed. No storage, no clock."""
