"""What surrounds a debt on its page: months, steps, other letters, documents issued."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance, Etape, MoisCreance, Preuve
from allocataires.overlaps import Overlap, overlaps_of
from allocataires.proofs.standing import settled_on
from caisses.admin.base import ReadOnlyInline, euros, moment, visible
from caisses.perms import Rights


class MoisInline(ReadOnlyInline):
    """Paid against due, month by month."""

    model = MoisCreance
    fields = ("mois", "verse", "du", "trop_verse")
    readonly_fields = fields
    ordering = ("month_on",)

    verse = euros("paid_cents", _("versé"))
    du = euros("due_cents", _("dû"))
    trop_verse = euros("excess_cents", _("versé en trop"))

    @admin.display(description=_("mois"))
    def mois(self, obj: MoisCreance) -> str:
        """The month, in figures."""
        return f"{obj.month_on:%m/%Y}"


class EtapeInline(ReadOnlyInline):
    """The moves from state to state, oldest first."""

    model = Etape
    fields = ("effet", "from_state", "to_state", "cause", "jusqu_au", "note", "agent")
    readonly_fields = fields
    ordering = ("pk",)
    related = ("agent",)

    effet = moment("on", _("date d’effet"))
    jusqu_au = moment("until_on", _("jusqu’au"))


def surroundings(creance: Creance, rights: Rights) -> dict[str, Any]:
    """What the template shows under the rows: other letters, documents, whether it is over."""
    among = visible(Creance.objects.all(), rights)
    overlaps: list[Overlap] = overlaps_of(creance, among)
    preuves = visible(Preuve.objects.all(), rights)
    return {
        "overlaps": overlaps,
        "preuves": preuves.filter(subject_id=creance.public_id).order_by("-pk"),
        "settled_on": settled_on(creance),
    }
