"""What the home pages and the dashboards show of the money, from the journals themselves."""
