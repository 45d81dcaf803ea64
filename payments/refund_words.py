"""Why the platform did not give money back, in sentences for an agent."""

from payments.gateways.base import (
    AlreadyCancelled,
    AlreadyGivenBack,
    ChargedBack,
    CredentialsWrong,
    GatewayRefused,
    NotOffered,
    UnknownTransaction,
    WrongStatus,
)

#: In French only: they are written in the database and in the fund's work list.
_SENTENCES: dict[type[GatewayRefused], str] = {
    AlreadyCancelled: "Cette transaction a déjà été annulée chez la plateforme.",
    AlreadyGivenBack: "Cette transaction a déjà été entièrement remboursée chez la plateforme.",
    ChargedBack: "La banque a repris cette somme après une contestation : elle ne se rend plus.",
    CredentialsWrong: "Le mot de passe de la boutique n’est pas accepté : prévenez l’équipe.",
    NotOffered: "La plateforme ne rend pas d’argent ici : faites-le par un autre moyen.",
    UnknownTransaction: "La plateforme ne connaît pas cette transaction.",
    WrongStatus: "L’état de la transaction chez la plateforme ne permet pas de rendre cette somme.",
}
_OTHER = "La plateforme a refusé de rendre cette somme."


def refusal_sentence(error: GatewayRefused) -> str:
    """The sentence, then the platform's own code for whoever calls its support."""
    return f"{_SENTENCES.get(type(error), _OTHER)} ({error.code})"
