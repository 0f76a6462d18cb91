"""Addresses without a language: for machines and scripts."""

from django.urls import path

from newsletter import views

urlpatterns = [
    path("dev/mail/", views.dev_mail, name="dev_mail"),
    path("dev/mail/<str:name>", views.dev_mail_one, name="dev_mail_one"),
]
