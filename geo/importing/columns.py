"""Finds the column of a file that fills an attribute: the one the person names, else the first usual spelling."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter

#: Attributes by the names (lower case) that files give them, the surest first.
Spellings = Mapping[str, tuple[str, ...]]


class Columns:
    """Values of a record by attribute, whatever the file calls its columns."""

    def __init__(self, spellings: Spellings, *, present: tuple[str, ...], mapping: Mapping[str, str]):
        known = {name.lower(): name for name in present}
        for attribute, column in mapping.items():
            if attribute not in spellings:
                raise InvalidParameter(
                    "map",
                    _("Champ inconnu : %(field)s ; il y a : %(names)s.")
                    % {"field": attribute, "names": ", ".join(spellings)},
                )
            if column.lower() not in known:
                raise InvalidParameter(
                    "map",
                    _("Colonne inconnue : %(column)s ; il y a : %(names)s.")
                    % {"column": column, "names": ", ".join(present)},
                )
        self.names = {
            attribute: [mapping[attribute].lower()]
            if attribute in mapping
            else [name for name in names if name in known]
            for attribute, names in spellings.items()
        }

    def get(self, values: Mapping[str, object], attribute: str) -> object:
        """Return the first value that says something, in the order of the spellings; None where there is none."""
        for name in self.names[attribute]:
            value = values.get(name)
            if value is not None and value != "":
                return value
        return None

    def require(self, *attributes: str) -> None:
        """Refuse a file that has no column for one of these attributes."""
        for attribute in attributes:
            if not self.names[attribute]:
                raise InvalidParameter(
                    "map",
                    _("Aucune colonne pour « %(field)s » : précisez --map %(field)s=COLONNE.") % {"field": attribute},
                )
