"""Links from a page of the administration to the page of another row."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def link_to(page: str, row: Model, *, site: str) -> SafeString:
    """A link to a row's page (its name without ``admin:``) on one of the two administrations, in
    the row's own words."""
    address = reverse(f"admin:{page}", args=[row.pk], current_app=site)
    return format_html('<a href="{}">{}</a>', address, row)
