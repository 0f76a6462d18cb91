"""Addresses of this app."""

from django.urls import path

from campaigns import picture_views, views

app_name = "campaigns"
urlpatterns = [
    path("", views.take_action, name="take_action"),
    path("all/", views.all_campaigns, name="all"),
    path("picture.png", picture_views.site_picture, name="site_picture"),
    path("<slug:slug>/picture.png", picture_views.campaign_picture, name="campaign_picture"),
    path("<slug:slug>/graphic/<int:pk>/<slug:size>.<slug:form>", picture_views.graphic, name="graphic"),
]
