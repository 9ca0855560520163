"""Who is looking: a frozen value, built once a request, that every visibility rule reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scopes import audiences


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One current membership of the viewer, with what follows from its public cell."""

    membership_id: int
    alias_id: int
    residence_id: int
    #: Not for a co-owner who lives elsewhere: notices and meetings, but not the residents' space.
    lives_there: bool
    #: What is older stays unread in the residence: the day of entering for a newcomer, the beginning of time later.
    reads_since: datetime
    provisional: bool
    moderates: bool
    cell_id: int
    #: Longitude and latitude of the cell's representative point.
    point: tuple[float, float]
    municipality_id: int
    #: The quarter of the town's circle kind that the point lies in; nothing where the town has no quarters.
    neighbourhood_id: int | None
    #: Cells in one voisinage with this one, itself and those united with them included.
    voisinage: tuple[int, ...]
    #: Quarters across a limit that passes within 150 m of the point.
    bordering: tuple[int, ...]

    @property
    def audiences(self) -> tuple[str, ...]:
        """The words of the circles this home is in (`scopes.audiences`)."""
        quarter = () if self.neighbourhood_id is None else (audiences.of_neighbourhood(self.neighbourhood_id),)
        near = map(audiences.of_voisinage, self.voisinage)
        return (*near, *quarter, audiences.of_municipality(self.municipality_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is looking, anonymous too: the homes whose proof holds, the first being the chosen one."""

    #: The account, or nothing for someone passing by.
    account_id: int | None = None
    homes: tuple[Home, ...] = ()
    #: Every alias the person writes under, of homes left and asked for too.
    alias_ids: tuple[int, ...] = ()
    #: Aliases of the people this viewer does not want to read.
    muted_ids: tuple[int, ...] = ()

    @property
    def home(self) -> Home | None:
        """The chosen home, which pages start from."""
        return self.homes[0] if self.homes else None

    @property
    def residence_ids(self) -> tuple[int, ...]:
        """The residences of which anything may be seen."""
        return tuple(home.residence_id for home in self.homes)

    @property
    def municipality_ids(self) -> tuple[int, ...]:
        """The towns of the viewer's homes, each once."""
        return tuple(dict.fromkeys(home.municipality_id for home in self.homes))

    @property
    def kept_residence_ids(self) -> tuple[int, ...]:
        """The residences that the viewer keeps in order, as their settled moderator."""
        return tuple(home.residence_id for home in self.homes if home.moderates and not home.provisional)

    @property
    def audiences(self) -> tuple[str, ...]:
        """The words of all audiences the viewer is in."""
        return (audiences.PUBLIC, *(word for home in self.homes for word in home.audiences))

    @property
    def points(self) -> str:
        """The representative points of the viewer's cells, as EWKT; empty without a home."""
        listed = ",".join(f"({longitude!r} {latitude!r})" for longitude, latitude in (h.point for h in self.homes))
        return f"SRID=4326;MULTIPOINT({listed})" if listed else "SRID=4326;MULTIPOINT EMPTY"

    def home_in(self, residence_id: int) -> Home | None:
        """The home in this residence, whose space the viewer may enter; nothing for any other residence."""
        return next((home for home in self.homes if home.residence_id == residence_id and home.lives_there), None)


ANONYMOUS = Viewer()
