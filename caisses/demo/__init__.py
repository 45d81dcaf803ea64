"""Agents, rights and chartes for demonstrations."""
