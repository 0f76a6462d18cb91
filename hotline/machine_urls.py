"""Addresses without a language: for machines and scripts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
