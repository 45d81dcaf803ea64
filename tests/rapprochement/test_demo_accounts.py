"""The demonstration has bank accounts: those that the sandbox writes statements of."""

import pytest
from django.core.management import CommandError, call_command

from caf_portal.database.scope import national_scope
from payments.demo.loading import POPULATION
from payments.models import Boutique
from payzen_sandbox.services.bank_account import iban
from payzen_sandbox.shops import shops_of_the_file
from rapprochement.demo.accounts import demo_iban, load_demo_accounts
from rapprochement.models import CompteBancaire
from rapprochement.readers.bank.accounts import is_iban

pytestmark = pytest.mark.django_db


def test_each_demonstration_fund_has_an_account_once(settings):
    settings.DEMO = True
    with national_scope():
        in_service = Boutique.objects.in_service().filter(platform="PAYZEN")
        expected = in_service.filter(caisse__code__in=POPULATION).count()

    assert load_demo_accounts() == expected > 5
    assert load_demo_accounts() == 0

    with national_scope():
        ibans = list(CompteBancaire.objects.values_list("iban", flat=True))
    assert all(is_iban(each) for each in ibans)
    assert len(set(ibans)) == expected


def test_the_accounts_are_those_of_the_sandbox():
    for shop in shops_of_the_file().values():
        assert demo_iban(shop.site_id) == iban(shop)


def test_it_is_refused_outside_a_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="invented bank"):
        call_command("load_demo_accounts")
