"""What people type. Forms check; they send nothing."""

from actions.forms.call import CallForm, CallHomeForm
from actions.forms.course import CodeForm, CourseLinkForm, FinishForm, NameForm
from actions.forms.home import ZipForm
from actions.forms.letter import LetterForm
from actions.forms.pledge import PledgeForm
from actions.forms.receipt import LostReceiptForm
from actions.forms.share import SharedForm

__all__ = [
    "CallForm", "CallHomeForm", "CodeForm", "CourseLinkForm", "FinishForm", "LetterForm", "LostReceiptForm", "NameForm",
    "PledgeForm", "SharedForm", "ZipForm",
]
