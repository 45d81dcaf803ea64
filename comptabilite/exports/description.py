"""The description that the same article asks for beside a FEC, for people.

In French whatever the language of whoever asks: an export built again has the same bytes.
"""

from comptabilite.exports.cells import LATIN_9
from comptabilite.exports.shapes import Book

_ISO = """\
Un caractère absent d'ISO 8859-15 est écrit \\xhh, \\uhhhh ou \\Uhhhhhhhh (son code hexadécimal), et
\\ est écrit \\x5c.
"""
_TEXT = """\
DESCRIPTION DU FICHIER DES ÉCRITURES COMPTABLES

Organisme     : {label} (caisse {caisse}), SIREN {siren}
Fichier       : {siren}FEC{closing}.txt
Période       : du {first} au {last}, date comptable
Arrêté au     : {as_of} (lettrages connus à cet instant)
Encodage      : {encoding}
Journaux      :
{journals}

Le fichier a les 18 colonnes de l'article A. 47 A-1 du Livre des procédures fiscales. Rien à notre
connaissance n'impose ce fichier à une caisse d'allocations familiales : il est donné parce que les
logiciels d'audit le lisent.

Champs séparés par une tabulation, lignes finies par un saut de ligne (LF), pas de guillemets. La
première ligne nomme les colonnes. Dates AAAAMMJJ, montants en euros à virgule décimale.
{charset}
Ordre         : date de validation, journal, exercice, numéro, position de la ligne.
EcritureNum   : numéro continu dans un journal et un exercice, donné à la clôture de la journée.
EcritureDate  : date comptable, à Paris.
CompAuxNum    : numéro de la personne ou de sa dette. CompAuxLib est toujours vide : aucun nom,
                aucune adresse, aucun NIR ne sort dans ce fichier.
PieceDate     : date du fait. Elle précède EcritureDate quand le fait a été connu après la clôture
                de sa journée.
EcritureLib   : libellé de la ligne.
EcritureLet   : code de lettrage dans le compte ; DateLet sa date.
ValidDate     : date de la clôture qui a rendu l'écriture définitive.
Montantdevise, Idevise : toujours vides, tout est en euros.
Journal AN    : à-nouveaux, quand la période commence le 1er janvier et que des écritures la
                précèdent : soldes des comptes des classes 1 à 5, par compte et auxiliaire ; le
                résultat des autres classes est au compte 120 (excédent) ou 129 (déficit).
Formules      : un texte qui commence par =, +, - ou @ est précédé d'une apostrophe.

Le fichier {siren}FEC{closing}_scelles.csv porte l'empreinte de chaque écriture, chaînée à celle
d'avant dans le journal, et l'empreinte SHA-256 de ce FEC.
"""


def description_of(book: Book) -> bytes:
    """The description of the FEC of this book, in UTF-8."""
    journals = "\n".join(f"  {journal.code:<6} {journal.label}" for journal in book.journals)
    text = _TEXT.format(
        label=book.caisse_label,
        caisse=book.caisse,
        siren=book.siren,
        closing=f"{book.last_on:%Y%m%d}",
        first=f"{book.first_on:%d/%m/%Y}",
        last=f"{book.last_on:%d/%m/%Y}",
        as_of=book.as_of_text,
        encoding=book.encoding,
        journals=journals,
        charset=_ISO if book.encoding == LATIN_9 else "",
    )
    return text.encode()
