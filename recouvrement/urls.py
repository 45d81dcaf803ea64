"""Addresses of what a person may do about a debt after its letter."""

from django.urls import URLPattern

app_name = "recouvrement"

urlpatterns: list[URLPattern] = []
