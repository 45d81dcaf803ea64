"""Version 1 of the exchange format: kinds of lines and their fields, in the words of the file.

``docs/echanges.md`` explains them to the makers of the fund's software; ``echanges/data`` holds
the same as a JSON Schema, and a test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum

from allocataires.nomenclature import MouvementType
from allocataires.states import ENDED, CreanceState, RecoveryMode
from echanges.lines import values
from echanges.lines.values import Value

VERSION = "1"


class Kind(StrEnum):
    """What a line speaks of."""

    PERSONNE = "personne"
    CREANCE = "creance"
    MOIS = "mois"
    MOUVEMENT = "mouvement"
    ETAT = "etat"


HEADER = "entete"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind of lines."""

    name: str
    value: Value
    required: bool = True


#: Movements that the fund's software may send: not those that the portal writes by itself.
SENT_MOVEMENTS = frozenset(MouvementType.values) - {
    MouvementType.IMPLANTATION,
    MouvementType.CARTE,
    MouvementType.REMBOURSEMENT,
}
#: States that it may send: the ends follow the movement that settles the debt, and a change of
#: fund is made in the portal, which moves the payments along.
SENT_STATES = frozenset(CreanceState.values) - ENDED - {CreanceState.MUTEE}

_ID = Field("id", values.shaped(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", "64 lettres ou chiffres"))
_NUMERO = Field("numero", values.shaped(r"[0-9]{7}", "7 chiffres"))
_NATURE = Field("nature", values.shaped(r"[A-Z][A-Z0-9]{2}", "3 lettres ou chiffres"))
_RANG = Field("rang", values.shaped(r"[0-9]{3}", "3 chiffres"))
_TWO = values.shaped(r"[0-9]{2}", "2 chiffres")
_DEBT = (_ID, _NUMERO, _NATURE, _RANG)
#: The line of the file that this one corrects, as the file of rejected lines gives it.
CORRECTED_LINE = Field("rejet_ligne", values.LINE, required=False)
#: Why a line was rejected: written by the portal, not read back.
REASONS = ("rejet_champ", "rejet_code", "rejet_raison")

FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.PERSONNE: (
        _ID,
        _NUMERO,
        Field("nom", values.text(80)),
        Field("prenom", values.text(80)),
        Field("naissance", values.DATE),
        Field("email", values.EMAIL, required=False),
        Field("langue", values.one_of(("fr", "en")), required=False),
        CORRECTED_LINE,
    ),
    Kind.CREANCE: (
        *_DEBT,
        Field("motif", _TWO),
        Field("origine", _TWO),
        Field("responsable", _TWO, required=False),
        Field("fraude", values.BOOLEAN, required=False),
        Field("evenement", values.DAY, required=False),
        Field("periode_debut", values.DAY),
        Field("periode_fin", values.DAY),
        Field("enregistree", values.DAY),
        Field("notifiee", values.DAY),
        Field("montant_centimes", values.POSITIVE_CENTS),
        Field("mode", values.one_of(RecoveryMode.values), required=False),
        Field("retenue_centimes", values.POSITIVE_CENTS, required=False),
        CORRECTED_LINE,
    ),
    Kind.MOIS: (
        *_DEBT,
        Field("mois", values.MONTH),
        Field("verse_centimes", values.CENTS),
        Field("du_centimes", values.CENTS),
        CORRECTED_LINE,
    ),
    Kind.MOUVEMENT: (
        *_DEBT,
        Field("mouvement", values.one_of(SENT_MOVEMENTS)),
        Field("montant_centimes", values.POSITIVE_CENTS),
        Field("effet", values.DAY),
        CORRECTED_LINE,
    ),
    Kind.ETAT: (
        *_DEBT,
        Field("etat", values.one_of(SENT_STATES)),
        Field("effet", values.DAY),
        Field("jusqu_au", values.DAY, required=False),
        Field("note", values.text(500), required=False),
        CORRECTED_LINE,
    ),
}
#: Names of the header's totals; only these kinds have cents.
LINES_TOTAL: dict[Kind, str] = {
    Kind.PERSONNE: "personnes_lignes",
    Kind.CREANCE: "creances_lignes",
    Kind.MOIS: "mois_lignes",
    Kind.MOUVEMENT: "mouvements_lignes",
    Kind.ETAT: "etats_lignes",
}
CENTS_TOTAL: dict[Kind, str] = {
    Kind.CREANCE: "creances_centimes",
    Kind.MOIS: "mois_centimes",
    Kind.MOUVEMENT: "mouvements_centimes",
}
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HEADER_FIELDS: tuple[Field, ...] = (
    Field("schema", values.text(10)),
    Field("caisse", values.shaped(r"[0-9]{3}", "3 chiffres")),
    Field("journee", values.DAY),
    Field("sequence", values.RANK),
    Field("corrige", values.shaped(_UUID, "identifiant d’un lot"), required=False),
    *(Field(name, values.WHOLE) for name in LINES_TOTAL.values()),
    *(Field(name, values.WHOLE) for name in CENTS_TOTAL.values()),
)


def columns() -> list[str]:
    """The columns of a CSV file, each once, in the order of the documentation."""
    fields = [*HEADER_FIELDS, *(field for fields in FIELDS.values() for field in fields)]
    return ["type", *dict.fromkeys(field.name for field in fields), *REASONS]
