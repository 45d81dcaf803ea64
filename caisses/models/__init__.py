"""The funds, those who work for them, and how they look."""

from caisses.models.agent import Agent
from caisses.models.caisse import Caisse
from caisses.models.charte import Charte
from caisses.models.habilitation import Habilitation

__all__ = ["Agent", "Caisse", "Charte", "Habilitation"]
