"""Addresses of this app, below /take-action/."""

from django.urls import path

from actions.views import call, campaign, certificate, counters, course, receipt, share

app_name = "actions"
urlpatterns = [
    path("how-we-count/", counters.how_we_count, name="how_we_count"),
    path("receipt/", receipt.lost_receipt, name="lost_receipt"),
    path("receipt/<str:token>/", receipt.receipt, name="receipt"),
    path("confirm/<str:token>/", receipt.confirm, name="confirm"),
    path("certificate/", certificate.check, name="check_certificate"),
    path("certificate/<str:code>/", certificate.found, name="certificate_found"),
    path("<slug:slug>/", campaign.campaign, name="campaign"),
    path("<slug:slug>/call/<str:ticket>/", call.call, name="call"),
    path("<slug:slug>/course/<str:token>/", course.course, name="course"),
    path("<slug:slug>/course/<str:token>/certificate/", certificate.certificate, name="certificate"),
    path("<slug:slug>/course/<str:token>/<int:number>/", course.lesson, name="lesson"),
    path("<slug:slug>/shared/<str:ticket>/", share.shared, name="shared"),
]
