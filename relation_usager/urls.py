"""Addresses of this application's pages; they exist in a demonstration only."""

from django.urls import path

from relation_usager.views.mailbox import mailbox, mailbox_message

app_name = "relation_usager"

urlpatterns = [
    path("boite-aux-lettres/", mailbox, name="mailbox"),
    path("boite-aux-lettres/<str:key>/", mailbox_message, name="mailbox_message"),
]
