"""What is filled in to write to someone, and to show them how to reach one."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from directory.conversing import LONGEST_CONTACT, LONGEST_MESSAGE, MOST_PHOTOS
from directory.photos import MOST_BYTES
from geo.forms import Form


class _SeveralFiles(forms.FileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos, as bytes; of one that is too large, no more than tells so."""

    widget = _SeveralFiles(attrs={"class": "form-control", "accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Sequence[UploadedFile] | UploadedFile | None, initial: object = None) -> list[bytes]:
        """Read each; no more of them than tells that there are too many."""
        sent = data if isinstance(data, list | tuple) else [data]
        return [one.read(MOST_BYTES + 1) for one in sent[: MOST_PHOTOS + 1] if one]


class MessageForm(Form):
    """A message, with photos."""

    text = forms.CharField(
        label=_("Votre message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )
    photos = PhotosField(
        label=_("Des photos, trois au plus"),
        help_text=_("Elles sont redessinées : ni lieu, ni date, ni nom de fichier ne partent avec elles."),
        required=False,
    )


class ContactForm(Form):
    """A phone number or an address, for one person."""

    contact = forms.CharField(
        label=_("Votre numéro, ou votre adresse"),
        help_text=_("Une seule personne le voit, ici, jusqu’à ce que vous le repreniez. Elle peut l’avoir noté."),
        max_length=LONGEST_CONTACT,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
