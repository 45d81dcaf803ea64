"""Admin pages of funds, agents, rights and chartes; the bases of all the others."""

from caisses.admin import agent, caisse, charte, habilitation

__all__ = ["agent", "caisse", "charte", "habilitation"]
