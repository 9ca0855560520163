"""What can go wrong, in the reader's words: an error's docstring is its default message."""

from __future__ import annotations

from django.utils.translation import gettext


class Filled(str):
    """A reason with what is filled in, kept apart too, so that it can be said in another reader's language."""

    def __new__(cls, words: str, **values: str | int) -> Filled:
        """Fill the values in."""
        made = super().__new__(cls, words.format(**values))
        made.words, made.values = words, values
        return made


class AlentourError(Exception):
    """La demande n'a pas pu être traitée."""

    def __init__(self, message: str = "", **values: object):
        #: Apart from the values that are filled in, so that what is kept can be said in another reader's language.
        self.words, self.values = message or gettext(self.__class__.__doc__), values
        super().__init__(self.words.format(**values) if values else self.words)


class InvalidParameter(AlentourError):
    """Ce paramètre n'est pas valable."""

    def __init__(self, parameter: str, message: str = "", **values: object):
        self.parameter = parameter
        super().__init__(message, **values)


class NotFound(AlentourError):
    """Il n'y a rien à cette adresse."""


class ImportRefused(AlentourError):
    """Ce fichier n'a pas pu être importé ; rien n'a changé."""
