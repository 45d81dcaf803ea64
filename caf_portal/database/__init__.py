"""How the portal speaks to PostgreSQL: roles, the scope of a transaction, migration helpers."""
