"""Local PostgreSQL and Redis for the demo and the tests, from wheels, without a system package.

Nothing here imports Django: the servers start before any settings are read.

>>> with running("test") as variables:      # doctest: +SKIP
...     subprocess.run(["pytest"], env={**os.environ, **variables})
"""
