"""Days that the format accepts, however far, break neither a load nor the pages of the debt."""

import pytest
from django.test import Client

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from echanges.models import Rejet
from tests.allocataires.sessions import enter, person_of
from tests.echanges.files import debt, jsonl, load, month, movement, person, state

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["1984-01-01", "2099-12-31"])
@pytest.mark.parametrize("nature", ["IN1", "IN5", "INK"])
def test_a_debt_of_another_time_is_read_by_its_person(client: Client, day: str, nature: str):
    of = {"nature": nature}
    lot = load(jsonl(
        person(naissance="1850-01-01"),
        debt(**of, periode_debut=day, periode_fin=day, enregistree=day, notifiee=day,
             evenement=day),
        month(**of, mois=day[:7]),
        movement(**of, effet=day),
        state(**of, effet=day, etat="SUSPENDUE", jusqu_au="2099-12-31"),
    ))  # fmt: skip

    assert (lot.status, lot.applied_lines, lot.rejected_lines) == ("APPLIQUE", 5, 0)
    with national_scope():
        creance = Creance.objects.select_related("caisse", "allocataire").get()
    enter(client, person_of(creance))
    debt_page = f"/mes-creances/{creance.public_id}/"
    asking = [
        f"{debt_page}demander/{word}/" for word in ("rectification", "contestation", "remise")
    ]
    pages = ["/mes-creances/", "/mes-creances/mouvements/", debt_page, f"{debt_page}pourquoi/"]
    answers = {page: client.get(page).status_code for page in [*pages, *asking, "/etaler/"]}
    assert {answers[page] for page in pages} == {200}
    assert set(answers.values()) <= {200, 302, 404}, answers


@pytest.mark.parametrize("day", ["1983-12-31", "2100-01-01"])
@pytest.mark.parametrize(("line", "field"), [
    (debt, "notifiee"), (debt, "enregistree"), (debt, "periode_fin"), (debt, "evenement"),
    (movement, "effet"), (state, "effet"),
])  # fmt: skip
def test_a_day_without_a_calendar_is_rejected_with_its_years(line, field, day):
    lot = load(jsonl(person(), debt(id="C0"), line(id="X", **{field: day})))

    with national_scope():
        rejet = Rejet.objects.get(lot=lot, line=4, field=field)
    assert (rejet.code, "1984 à 2099" in rejet.reason) == ("FORME_INVALIDE", True)
