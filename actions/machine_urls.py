"""Addresses without a language: for machines and scripts."""

from django.urls import path

from actions.views.counters import counters

urlpatterns = [path("take-action/counters.json", counters, name="counters")]
