"""What a person takes from the portal to prove something, and what a third party reads of it."""

import re
from io import BytesIO

from django.test import Client
from pypdf import PdfReader

from allocataires.models import Creance
from tests.allocataires.lives import words_of
from tests.allocataires.sessions import enter, person_of


def read(client: Client, address: str) -> str:
    """What a person reads on a page."""
    response = client.get(address)
    assert response.status_code == 200
    return words_of(response.content.decode())


def code_in(client: Client, address: str) -> str:
    """The code printed on a document."""
    pdf = PdfReader(BytesIO(client.get(address).content))
    text = " ".join(each.extract_text() for each in pdf.pages)
    return re.findall(r"\d{3}-\w{4}-\w{4}-\w{4}-\d\d", text)[0]


def checked(client: Client, code: str) -> str:
    """What the page of verification answers to anybody."""
    return read(client, f"/verifier/{code}/")


def quittance_of(client: Client, debt: Creance) -> str:
    """The person takes the quittance; what somebody without an account reads of it."""
    client.cookies.clear()
    enter(client, person_of(debt))
    code = code_in(client, f"/mes-creances/{debt.public_id}/quittance.pdf")
    client.cookies.clear()
    return checked(client, code)
