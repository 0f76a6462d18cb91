"""Addresses of this app."""

from django.urls import path

from campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("", views.take_action, name="take_action"),
    path("all/", views.all_campaigns, name="all"),
]
