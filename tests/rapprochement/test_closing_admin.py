"""The page of closings: what is open and why, and who may close it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, DemandeCloture, LigneLettree
from comptabilite.models.cloture import Periode
from comptabilite.models.events import Evenement
from rapprochement.models import Rapprochement
from rapprochement.services import asked_closings
from rapprochement.services.closing_requests import close_as_asked
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.comptabilite.test_lettering import write
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import file_of, paid

PAGE = "/agents/comptabilite/cloture/cloturer/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


def today():
    return paris_date(timezone.now())


def two_days(ain):
    """An écriture the day before yesterday, with the platform's files around."""
    first = today() - timedelta(days=2)
    with caisse_scope(ain):
        for days in range(-2, 3):
            file_of(ain, "JT", first + timedelta(days=days))
        add_lines(bare_ecriture(caisse_id=ain, accounting_on=first), (100, 0), (0, 100))
    return first


def post(agent, day, quoi="JOUR", caisse="011"):
    said = {"caisse": caisse, "jour": day.isoformat(), "quoi": quoi}
    return entered(agent).post(PAGE, said, follow=True)


def work(agent):
    """What a worker does of all that is asked, then the page."""
    close_asked_now()
    return entered(agent).get(PAGE, {"caisse": "011"})


def close_asked_now():
    for demande_id, caisse_id in asked_closings.unfinished_requests():
        asked_closings.work_on_request(
            demande_id=demande_id, caisse_id=caisse_id, now=timezone.now()
        )


def closed_days():
    with national_scope():
        return list(Cloture.objects.order_by("last_on").values_list("last_on", flat=True))


def test_the_page_says_why_the_first_open_day_does_not_close_and_gives_no_sum_to_a_missing_file(
    ain, comptable
):
    day = today() - timedelta(days=1)
    with caisse_scope(ain):
        file_of(ain, "JT", day - timedelta(days=2))
        add_lines(bare_ecriture(caisse_id=ain, accounting_on=day), (100, 0), (0, 100))
    prove_day(caisse_id=ain, day_on=day, now=timezone.now())

    page = text_of(entered(comptable).get(PAGE))
    said = text_of(post(comptable, day))

    assert "il reste 2 écarts à expliquer, des fichiers attendus" in page
    assert "il reste 2 écarts à expliquer, des fichiers attendus" in said
    assert "écarts, 0,00" not in page


def test_the_page_shows_each_open_day_and_an_accountant_closes_it(ain, comptable):
    first = two_days(ain)

    page = entered(comptable).get(PAGE)
    post(comptable, first)
    answer = work(comptable)

    assert [day.day_on for day in page.context["periods"].days] == [
        first,
        first + timedelta(days=1),
    ]
    assert "Clôturer ce jour" in page.content.decode()
    assert "Les écritures de ces jours sont définitives" in text_of(answer)
    assert closed_days() == [first]


def test_a_fund_without_any_money_begins_on_the_day_that_its_accountant_chooses(ain, comptable):
    yesterday = today() - timedelta(days=1)
    with caisse_scope(ain):
        for days in (1, 2):
            file_of(ain, "JT", today() - timedelta(days=days))

    page = entered(comptable).get(PAGE).content.decode()
    post(comptable, yesterday)
    answer = work(comptable)

    assert "Premier jour à clôturer" in page
    assert "Les écritures de ces jours sont définitives" in text_of(answer)
    assert closed_days() == [yesterday]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2019-06-30"])
def test_a_first_day_of_another_age_is_refused(ain, comptable, day):
    answer = post(comptable, date.fromisoformat(day))

    assert "ne peut pas commencer avant" in answer.content.decode()
    assert closed_days() == []


def test_a_refusal_is_a_sentence_and_closes_nothing(ain, comptable):
    first = two_days(ain)

    answer = post(comptable, first + timedelta(days=1))

    assert "clôturez d’abord" in answer.content.decode()
    assert closed_days() == []


@pytest.mark.parametrize("many", [False, True])
def test_a_day_that_is_not_explained_leaves_a_proof_to_open(ain, comptable, many):
    first = today() - timedelta(days=2)
    with caisse_scope(ain):
        add_lines(bare_ecriture(caisse_id=ain, accounting_on=first), (100, 0), (0, 100))

    if many:
        asked = {"caisse_id": ain, "agent_id": comptable.pk, "now": timezone.now()}
        assert "à expliquer" in close_as_asked(last_on=first, periode=Periode.JOUR, **asked)
    else:
        post(comptable, first)
        assert "à expliquer" in text_of(work(comptable))

    with national_scope():
        proof = Rapprochement.objects.get(day_on=first)
        assert proof.unexplained == proof.residus.filter(anomalie__isnull=False).count() == 2
    shown = entered(comptable).get(PAGE).content.decode()
    assert f"/agents/rapprochement/rapprochement/{proof.pk}/change/" in shown
    assert closed_days() == []


def test_an_agent_reads_and_closes_nothing(ain):
    first = two_days(ain)
    with national_scope():
        agent = agent_of("011")

    page = entered(agent).get(PAGE).content.decode()
    answer = post(agent, first)

    assert "<button" not in page.partition('aria-labelledby="cloture-titre"')[2]
    assert "comptable de cette caisse" in answer.content.decode()
    assert closed_days() == []


def test_another_funds_page_does_not_exist(ain):
    first = two_days(ain)
    with national_scope():
        elsewhere = agent_of("331", role=Role.COMPTABLE)

    assert entered(elsewhere).get(PAGE, {"caisse": "011"}).status_code == 404
    assert post(elsewhere, first).status_code == 404
    assert closed_days() == []


def test_a_national_administrator_sees_each_fund_and_closes_none(ain):
    two_days(ain)
    with national_scope():
        client = entered(national_agent())

    page = client.get(PAGE.replace("agents", "national"), {"caisse": "011"})

    assert page.context["fund"].code == "011"
    assert not page.context["may_close"]


@pytest.mark.parametrize(
    "said",
    [{"jour": "demain", "quoi": "JOUR"}, {"jour": "2026-11-20", "quoi": "SIECLE"}, {}],
)
def test_a_form_that_makes_no_sense_is_told_so(ain, comptable, said):
    answer = entered(comptable).post(PAGE, {"caisse": "011", **said}, follow=True)

    assert "Choisissez un jour" in answer.content.decode()


def test_a_day_is_closed_by_a_worker_and_the_page_says_so(ain, comptable):
    first = two_days(ain)

    asked = post(comptable, first)
    before = closed_days()
    answer = work(comptable)

    assert "en cours" in text_of(asked)
    assert 'http-equiv="refresh"' in asked.content.decode()
    assert "<button" not in asked.content.decode().partition('aria-labelledby="cloture-titre"')[2]
    assert before == []
    assert closed_days() == [first]
    assert "terminée (1 jour clôturé)" in text_of(answer)
    assert 'http-equiv="refresh"' not in answer.content.decode()


def test_the_sentence_of_a_refusal_is_on_the_page_and_the_next_day_may_be_asked(ain, comptable):
    first = today() - timedelta(days=2)
    with caisse_scope(ain):
        add_lines(bare_ecriture(caisse_id=ain, accounting_on=first), (100, 0), (0, 100))
    post(comptable, first)

    answer = work(comptable)

    assert "arrêtée (aucun jour clôturé)" in text_of(answer)
    assert "écarts à expliquer" in text_of(answer)
    assert "Clôturer le" in answer.content.decode()


def test_a_second_click_asks_nothing_more(ain, comptable):
    first = two_days(ain)
    post(comptable, first)

    answer = post(comptable, first)

    assert "déjà en cours" in text_of(answer)
    with national_scope():
        assert DemandeCloture.objects.count() == 1


def test_many_days_are_closed_in_the_accountants_name_and_counted(ain, comptable):
    first = two_days(ain)
    post(comptable, first + timedelta(days=1), "JUSQUE")

    answer = work(comptable)

    assert closed_days() == [first, first + timedelta(days=1)]
    assert "terminée (2 jours clôturés)" in text_of(answer)
    with national_scope():
        assert {row.closed_by for row in Cloture.objects.all()} == {comptable}


def test_a_closing_whose_worker_died_goes_on_from_where_it_stopped(ain, comptable, monkeypatch):
    first = two_days(ain)
    post(comptable, first + timedelta(days=1), "JUSQUE")
    real = asked_closings.close_day

    def killed(*, day_on, **said):
        if day_on > first:
            raise SystemExit
        return real(day_on=day_on, **said)

    monkeypatch.setattr(asked_closings, "close_day", killed)
    with pytest.raises(SystemExit):
        work(comptable)
    half = closed_days()
    monkeypatch.undo()

    answer = work(comptable)

    assert half == [first]
    assert closed_days() == [first, first + timedelta(days=1)]
    assert "terminée (2 jours clôturés)" in text_of(answer)


def test_a_closing_that_stops_every_worker_is_given_up_and_says_so(ain, comptable):
    first = two_days(ain)
    post(comptable, first)
    with national_scope():
        DemandeCloture.objects.update(attempts=asked_closings.MAX_ATTEMPTS)

    answer = work(comptable)

    assert "prévenez l’équipe" in text_of(answer)
    assert closed_days() == []


def test_what_is_ended_is_left_alone(ain, comptable):
    first = two_days(ain)
    post(comptable, first)
    work(comptable)
    with national_scope():
        ended = DemandeCloture.objects.get()

    asked_closings.work_on_request(demande_id=ended.pk, caisse_id=ain, now=timezone.now())

    with national_scope():
        assert DemandeCloture.objects.get().attempts == 1
    assert closed_days() == [first]


def test_what_was_asked_closes_the_days_the_months_the_year_and_letters_debts(ain, comptable):
    write(ain, Evenement.DEBT_ESTABLISHED, 500)
    write(ain, Evenement.WITHHOLDING, 500)
    with caisse_scope(ain):
        first = date(2026, 11, 20)
        add_lines(bare_ecriture(caisse_id=ain, accounting_on=first), (100, 0), (0, 100))
        for days in range(-2, 43):
            file_of(ain, "JT", first + timedelta(days=days))
    asked = {"caisse_id": ain, "agent_id": comptable.pk, "now": NOW.replace(year=2027, month=2)}
    asked |= {"last_on": date(2026, 12, 31), "periode": Periode.ANNEE}

    assert close_as_asked(**asked) == ""
    assert close_as_asked(**asked) == ""

    with national_scope():
        rows = Cloture.objects.exclude(periode="JOUR").order_by("pk")
        assert [(row.periode, row.last_on) for row in rows] == [
            ("MOIS", date(2026, 11, 30)),
            ("MOIS", date(2026, 12, 31)),
            ("ANNEE", date(2026, 12, 31)),
        ]
        assert LigneLettree.objects.filter(live=True).count() == 2


def test_what_was_asked_stops_at_the_first_day_to_explain_and_says_so(ain, comptable):
    with caisse_scope(ain):
        file_of(ain, "JT", date(2026, 11, 19))
    with national_scope():
        creance = CreanceFactory()
    paid(creance)

    said = close_as_asked(
        caisse_id=ain,
        last_on=date(2026, 11, 30),
        periode=Periode.MOIS,
        agent_id=comptable.pk,
        now=NOW + timedelta(days=20),
    )

    assert "20 novembre 2026" in said
    assert closed_days() == []


def test_the_page_of_a_closing_leads_to_the_proof_of_its_day(ain, comptable):
    first = two_days(ain)
    post(comptable, first)
    close_asked_now()
    with national_scope():
        closed, proof = Cloture.objects.get(), Rapprochement.objects.get(day_on=first)

    page = entered(comptable).get(f"/agents/comptabilite/cloture/{closed.pk}/change/")

    assert f"/agents/rapprochement/rapprochement/{proof.pk}/change/" in page.text
    assert "Clôturer" in text_of(entered(comptable).get("/agents/comptabilite/cloture/"))
