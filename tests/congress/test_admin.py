"""What staff see of the data of Congress."""

import pytest
from django.test import Client
from django.urls import reverse

from actions.congress.models import Dataset
from tests.factories import create_congress


@pytest.mark.django_db
def test_staff_read_that_no_names_are_loaded(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:congress_member_changelist"))

    assert "No member names are loaded" in page.content.decode()


@pytest.mark.django_db
def test_staff_can_read_files_and_members_but_change_none(admin_client: Client) -> None:
    create_congress()
    dataset = Dataset.objects.filter(kind="members").get()
    one = reverse("admin:congress_dataset_change", args=[dataset.pk])

    files = admin_client.get(reverse("admin:congress_dataset_changelist"))
    members = admin_client.get(reverse("admin:congress_member_changelist"))
    record = admin_client.get(one)

    assert "members of Congress" in files.content.decode()
    assert "Representative for New Jersey’s 8th district" in members.content.decode()
    assert record.status_code == 200
    assert "Member of" not in record.content.decode()
    assert admin_client.post(one, {"active": ""}).status_code == 403
    assert admin_client.get(reverse("admin:congress_dataset_add")).status_code == 403
