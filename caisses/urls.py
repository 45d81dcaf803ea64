"""Addresses of the funds' style sheets and logos."""

from django.urls import re_path

from caisses import views

app_name = "caisses"
_NAME = r"^charte/(?P<code>[0-9]{3})\.(?P<fingerprint>[0-9a-f]{16})"

urlpatterns = [
    re_path(_NAME + r"\.css$", views.charte_css, name="charte_css"),
    re_path(_NAME + r"\.png$", views.charte_logo, name="charte_logo"),
]
