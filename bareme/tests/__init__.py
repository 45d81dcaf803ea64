"""Tests of the recovery scale; they need neither a database nor Django."""
