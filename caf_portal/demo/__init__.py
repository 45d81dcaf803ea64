"""``manage.py demo``: the whole portal on one machine, with nothing to install beside it.

Runs outside Django, so that the supervisor holds neither settings nor connections; each part
is a process of its own with the environment made here.
"""
