"""Admin pages of the exchanges: events, keys, lots, subscriptions."""

from echanges.admin import events, keys, lot, subscriptions

__all__ = ["events", "keys", "lot", "subscriptions"]
