"""How agents log in; debtors never pass here."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from caisses.models import Agent
from caisses.perms import Rights, rights_of


class AgentLoginForm(AuthenticationForm):
    """Name and password of an agent who has a right. The refusal never says which part is wrong."""

    required_css_class = "required"

    def lets_in(self, rights: Rights) -> bool:
        """Whether these rights open the site behind this form."""
        return rights.any

    def confirm_login_allowed(self, user: Agent) -> None:
        """Refuse inactive agents, and those without a right, as if the password were wrong."""
        super().confirm_login_allowed(user)
        if not self.lets_in(rights_of(user)):
            raise self.get_invalid_login_error()


class NationalLoginForm(AgentLoginForm):
    """The same for national administrators."""

    def lets_in(self, rights: Rights) -> bool:
        """Only a national right will do."""
        return rights.national


class FreshSessionLoginView(LoginView):
    """Empties the session before the login: nothing of a debtor's visit survives it."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in from an empty session."""
        self.request.session.flush()
        return super().form_valid(form)
