"""A charte is drafted by one person and published by another (invariant 16)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caisses.contrast import ContrastTooLow, refuse_unreadable
from caisses.models import Agent, Charte


class CharteRefused(Exception):
    """The charte cannot be saved or published; ``str()`` is a sentence for the agent."""


class AlreadyPublished(CharteRefused):
    """A published charte never changes: draft another one."""


class SamePerson(CharteRefused):
    """Whoever drafted it does not publish it."""


class Unreadable(CharteRefused):
    """A colour is too pale to be read on white."""


@transaction.atomic
def save_draft(*, charte: Charte, author: Agent) -> Charte:
    """Save a new draft or a changed one; ``author`` becomes the one who drafted it.

    Whoever touches a draft last may not publish it: otherwise an approver could change the words
    and approve his own. Raises ``AlreadyPublished`` or ``Unreadable``.
    """
    if charte.pk and _locked(charte).published_at is not None:
        raise AlreadyPublished(_("Cette charte est publiée : préparez-en une autre."))
    _refuse_unreadable_colours(charte)
    charte.drafted_by = author
    charte.save()
    return charte


@transaction.atomic
def publish_charte(*, charte: Charte, approver: Agent, now: datetime) -> Charte:
    """Put a draft in force from ``now``.

    The row is read again under lock: two publications at once make one. Raises
    ``AlreadyPublished``, ``SamePerson`` or ``Unreadable``.
    """
    draft = _locked(charte)
    if draft.published_at is not None:
        raise AlreadyPublished(_("Cette charte est déjà publiée."))
    if draft.drafted_by_id == approver.pk:
        raise SamePerson(_("Une autre personne que son auteur doit publier cette charte."))
    _refuse_unreadable_colours(draft)
    draft.approved_by = approver
    draft.published_at = now
    draft.save(update_fields=["approved_by", "published_at"])
    return draft


def _locked(charte: Charte) -> Charte:
    return Charte.objects.select_for_update(of=("self",), no_key=True).get(pk=charte.pk)


def _refuse_unreadable_colours(charte: Charte) -> None:
    for colour in (charte.couleur_principale, charte.couleur_accent):
        try:
            refuse_unreadable(colour)
        except ContrastTooLow as error:
            raise Unreadable(
                _("%(colour)s n’est pas assez foncé : %(ratio)s pour 1, il faut 4,5.")
                % {"colour": colour, "ratio": f"{error.ratio:.1f}".replace(".", ",")}
            ) from error
