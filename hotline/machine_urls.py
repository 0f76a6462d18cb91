"""Addresses without a language: for machines and scripts."""

from django.urls import path

from hotline import views

urlpatterns = [path("leave/", views.leave, name="leave")]
