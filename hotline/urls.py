"""Addresses of this app."""

from django.urls import path

from hotline import views

app_name = "hotline"
urlpatterns = [
    path("safety/", views.safety, name="safety"),
    path("safety/try/", views.practice, name="practice"),
]
