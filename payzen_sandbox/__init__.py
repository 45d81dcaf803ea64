"""A local hosted payment page and REST API that speak the PayZen protocol.

A Django project of its own, with its own settings and storage. It imports nothing of the portal and
nothing of the portal imports it: were the two to share the signature code, one mistake would hide
in both.
"""
