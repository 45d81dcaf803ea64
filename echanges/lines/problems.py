"""What may be wrong with a file or a line: a stable code, and a sentence for a person."""

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What the database cannot hold: a null, or half of a character (JSON can write both).
_NOT_KEPT = re.compile(r"[\x00\ud800-\udfff]")


def kept(text: str) -> str:
    """What a file said, as it can be kept and shown."""
    return _NOT_KEPT.sub("\ufffd", text)


class FileRefused(Exception):
    """Nothing of the file can be applied; ``str()`` is a sentence that says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(kept(sentence))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of one line; ``detail`` completes some sentences."""

    field: str
    code: str
    detail: str = ""

    def __post_init__(self) -> None:
        """The names of fields and types come from the file."""
        object.__setattr__(self, "field", kept(self.field))
        object.__setattr__(self, "detail", kept(self.detail))


SENTENCES: dict[str, str | Promise] = {
    "LIGNE_ILLISIBLE": _("Cette ligne ne se lit pas : %(detail)s."),
    "CARACTERE_INTERDIT": _("Ce texte contient un caractère de contrôle : retirez-le."),
    "TYPE_INCONNU": _("Ce type de ligne n’existe pas : %(detail)s."),
    "CHAMP_MANQUANT": _("Ce champ est obligatoire pour ce type de ligne."),
    "CHAMP_INATTENDU": _("Ce champ n’existe pas pour ce type de ligne."),
    "TYPE_DE_VALEUR": _("Cette valeur n’est pas du bon type : %(detail)s attendu."),
    "DATE_INVALIDE": _("Cette date n’existe pas ou n’est pas écrite AAAA-MM-JJ."),
    "MONTANT_INVALIDE": _("Un montant est un nombre entier de centimes, sans signe ni virgule."),
    "CODE_INCONNU": _("Ce code n’est pas accepté ici. Codes acceptés : %(detail)s."),
    "FORME_INVALIDE": _("Cette valeur n’a pas la forme attendue : %(detail)s."),
    "TROP_LONG": _("Ce texte est trop long : %(detail)s caractères au plus."),
    "PERIODE_INVERSEE": _("La fin est avant le début."),
    "MOIS_SANS_TROP_VERSE": _("Le montant versé doit dépasser le montant dû ce mois-là."),
    "LIGNE_EN_DOUBLE": _("Cet identifiant est déjà celui de la ligne %(detail)s de ce fichier."),
    "CLE_EN_DOUBLE": _("La ligne %(detail)s de ce fichier parle déjà de la même chose."),
    "PERSONNE_INCONNUE": _("Aucune personne de la caisse n’a ce numéro d’allocataire."),
    "DETTE_INCONNUE": _("Aucune dette de cette personne n’a cette nature et ce rang."),
    "CONTENU_DIFFERENT": _(
        "La dette est déjà connue avec une autre valeur (%(detail)s) : "
        "un montant se corrige par un mouvement."
    ),
    "IDENTIFIANT_DEJA_UTILISE": _(
        "Une ligne avec cet identifiant et un autre contenu est déjà appliquée : "
        "donnez un nouvel identifiant."
    ),
    "SOLDE_INSUFFISANT": _("Ce mouvement dépasse ce qui reste dû (%(detail)s centimes)."),
    "PASSAGE_INTERDIT": _("La dette ne peut pas passer à cet état depuis l’état %(detail)s."),
    "DETTE_SOLDEE": _(
        "Il ne reste rien à rembourser : seul un mouvement à la hausse rouvre une dette."
    ),
    "DEMANDE_EN_COURS": _(
        "Une demande de la personne arrête le remboursement : répondez-y dans le portail, "
        "puis attendez la date de reprise."
    ),
}


def sentence_of(code: str, detail: str = "") -> str:
    """The sentence of a problem, in French whoever asks: it is kept and shown as it is."""
    with translation.override("fr"):
        return (str(SENTENCES[code]) % {"detail": detail})[:300]
