"""Tests of the sandbox, run apart from the portal's: `pytest -c payzen_sandbox/pytest.ini`."""
