"""Admin pages of the exchanges: events, keys, lots, subscriptions."""

from echanges.admin import anomaly_links, events, keys, lot, subscriptions

__all__ = ["anomaly_links", "events", "keys", "lot", "subscriptions"]
