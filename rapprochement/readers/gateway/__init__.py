"""Readers of the platform's files JT, JO, JRB and JRI (protocol sheet F.1)."""
