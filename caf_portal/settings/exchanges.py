"""What is exchanged with the funds' software; imported by ``base``."""

from caf_portal import env

#: Calls that one key of a fund's software may make a minute, all web processes together.
API_CALLS_PER_MINUTE = env.whole("API_CALLS_PER_MINUTE", 120, minimum=1)
#: Largest body of one call; a larger file goes through the exchange of files.
API_LARGEST_MEGABYTES = env.whole("API_LARGEST_MEGABYTES", 8, minimum=1)

#: Private networks in which a fund's software may listen, as 10.1.0.0/16; none by default.
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")

#: Where banks and the platform drop their files, with ``a-lire``, ``lus`` and ``refuses``; off when
#: empty. Only the workers need it.
RELEVES_FOLDER = env.folder("RELEVES_FOLDER")
