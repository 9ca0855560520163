"""What can go wrong, in the reader's words: an error's docstring is its default message."""

from __future__ import annotations

from django.utils.translation import gettext


class AlentourError(Exception):
    """La demande n'a pas pu être traitée."""

    def __init__(self, message: str = ""):
        super().__init__(message or gettext(self.__class__.__doc__))


class InvalidParameter(AlentourError):
    """Ce paramètre n'est pas valable."""

    def __init__(self, parameter: str, message: str = ""):
        self.parameter = parameter
        super().__init__(message)


class NotFound(AlentourError):
    """Il n'y a rien à cette adresse."""


class ImportRefused(AlentourError):
    """Ce fichier n'a pas pu être importé ; rien n'a changé."""
