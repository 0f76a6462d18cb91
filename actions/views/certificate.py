"""A certificate: printed by whoever finished the course, and checked by whoever is shown it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actions.forms import CodeForm
from actions.models import Certificate, Enrolment
from actions.views.tickets import link_is_over
from polaris_site.antispam import public_form


@require_http_methods(["GET", "HEAD"])
def certificate(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The certificate as it is printed, in the language it was issued in. The link of the course leads here."""
    try:
        enrolment = Enrolment.objects.by_link(token)
    except Enrolment.DoesNotExist:
        return link_is_over(request)
    if slug != enrolment.campaign.slug:
        return redirect(enrolment)  # staff have changed the address of the course meanwhile
    if enrolment.certificate is None:
        return redirect(enrolment)  # which says what is missing
    enrolment.keep()
    context = {"enrolment": enrolment, "certificate": enrolment.certificate, "campaign": enrolment.campaign}
    return TemplateResponse(request, "actions/course/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def check(request: HttpRequest) -> HttpResponse:
    """Where the code of a certificate is typed. It leads to an address of its own, right or not."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("actions:certificate_found", code=form.cleaned_data["code"])
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "actions/course/check.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD"])
def found(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate says: name, course and day, and no more. Any other code leads nowhere."""
    try:
        its = Certificate.objects.by_code(code)
    except Certificate.DoesNotExist:
        return link_is_over(request)
    return TemplateResponse(request, "actions/course/found.html", {"certificate": its, "campaign": its.campaign})
