"""Addresses of this app."""

from django.urls import path

from newsletter import views

app_name = "newsletter"
urlpatterns = [
    path("", views.sign_up, name="sign_up"),
    path("thanks/", views.thanks, name="thanks"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("leave/<str:token>/", views.leave, name="leave"),
]
