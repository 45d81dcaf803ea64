"""Invents the people of a fund."""

import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID

from allocataires.demo.names import FICTIONS, PLANTES, PRENOMS
from allocataires.demo.records import DemoPerson

#: Numéros below this one belong to the cast.
_FIRST_NUMERO = 1_000_000
_YOUNGEST_BIRTH_YEARS_AGO = 19
_OLDEST_BIRTH_YEARS_AGO = 75


def invent_people(rng: Random, *, caisse: str, count: int, today: date) -> Iterator[DemoPerson]:
    """``count`` people of one fund; the same ``rng`` and ``today`` give the same people."""
    numeros = sorted(rng.sample(range(_FIRST_NUMERO, 9_999_999), count))
    for numero in numeros:
        prenom = rng.choice(PRENOMS)
        nom = f"{rng.choice(FICTIONS)}-{rng.choice(PLANTES)}"
        yield DemoPerson(
            caisse=caisse,
            numero=str(numero),
            public_id=invent_uuid(rng),
            nom=nom,
            prenom=prenom,
            naissance_on=_birth(rng, today),
            email=invent_email(f"{prenom}.{nom}.{numero}") if rng.random() < 0.8 else "",
            langue="en" if rng.random() < 0.04 else "fr",
        )


def invent_uuid(rng: Random) -> UUID:
    """A UUID that the seed decides."""
    return UUID(int=rng.getrandbits(128), version=4)


def _birth(rng: Random, today: date) -> date:
    days = rng.randint(_YOUNGEST_BIRTH_YEARS_AGO * 366, _OLDEST_BIRTH_YEARS_AGO * 365)
    return today - timedelta(days=days)


def invent_email(name: str) -> str:
    """An address without accents: the form that shows it again refuses them."""
    plain = unicodedata.normalize("NFD", name.lower())
    return f"{plain.encode('ascii', 'ignore').decode()}@example.org"
