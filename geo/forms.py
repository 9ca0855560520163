"""The forms of all pages: what is missing is said in the words of its label, at its field."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SaysWhatIsMissing:
    """Names the field in place of Django's "this field is required"; a field's own words are left as they are."""

    def add_error(self, field: str | None, error: object) -> None:
        """Add an error, in the words of the field where it says that nothing was filled in."""
        if field in self.fields and _is_djangos(self.fields[field], error):
            error = ValidationError(missing(self[field]), code="required")
        super().add_error(field, error)


class Form(SaysWhatIsMissing, forms.Form):
    """A form of a page."""


class ModelForm(SaysWhatIsMissing, forms.ModelForm):
    """A form of a page that changes a row."""


def missing(field: forms.BoundField) -> str:
    """Say that a field was left empty: "Répondez à « Qui le dit ? »", "Il manque « Titre »"."""
    label = " ".join(str(field.label or "").split()).rstrip(" :")
    if not label:
        return _("Il manque quelque chose ici.")
    if isinstance(field.field, forms.BooleanField):
        return _("Cochez « %(label)s ».") % {"label": label}
    if label.endswith("?"):
        return _("Répondez à « %(label)s ».") % {"label": label}
    if hasattr(field.field, "choices"):
        return _("Choisissez « %(label)s ».") % {"label": label}
    return _("Il manque « %(label)s ».") % {"label": label}


def _is_djangos(field: forms.Field, error: object) -> bool:
    """Whether an error is the one that every empty field gets."""
    usual = field.default_error_messages.get("required", forms.Field.default_error_messages["required"])
    return getattr(error, "code", None) == "required" and str(error.message) == str(usual)
