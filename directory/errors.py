"""What can go wrong between people who write to each other, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import AlentourError, InvalidParameter


class NotProved(AlentourError):
    """Pour écrire ici, il faut d’abord montrer que vous y habitez."""


class AnswersClosed(AlentourError):
    """L’auteur a fermé les réponses."""


class ConversationClosed(AlentourError):
    """Cette conversation est close."""


class AlreadyPromised(AlentourError):
    """Quelqu’un d’autre l’a déjà : reprenez d’abord cette promesse, ou dites que c’est rendu."""


class NoSeatsLeft(AlentourError):
    """Il n’y a plus assez de places ce jour-là."""


class RideChanged(AlentourError):
    """Cette demande n’attend plus de réponse : relisez vos trajets."""


class TooMany(AlentourError):
    """Vous avez beaucoup écrit aujourd’hui : réessayez demain."""


class Busy(AlentourError):
    """Une autre analyse est en cours : réessayez dans quelques secondes."""


class TooManyThisMonth(AlentourError):
    """C’est tout pour ce mois-ci."""


class AlreadyDecided(AlentourError):
    """Quelqu’un d’autre vient de décider : relisez le dossier."""


class NotYours(AlentourError):
    """Cette décision revient à quelqu’un d’autre : ces mots, ou la première décision, sont de vous."""


class PollOver(AlentourError):
    """Ce sondage est terminé."""


class UnknownKey(AlentourError):
    """Cette clé n’ouvre rien."""

    headers = {"WWW-Authenticate": 'Bearer realm="Alentour"'}


class KeyCannot(AlentourError):
    """Cette clé ne permet pas cela."""


class TooLate(AlentourError):
    """Les habitants le lisent déjà : dites plutôt que c’est rétabli."""


class StillAnswering(AlentourError):
    """La même demande est en cours. Redemandez dans un instant."""

    headers = {"Retry-After": "2"}


class AnotherRequest(AlentourError):
    """Cette clé d’idempotence a déjà servi à une autre demande."""


class BodyTooLarge(AlentourError):
    """Cette demande est trop longue."""


class NotJson(AlentourError):
    """Attendu : du JSON, annoncé par Content-Type: application/json."""


class TooFast(AlentourError):
    """Cette clé demande trop souvent."""

    def __init__(self, seconds: int, message: str = ""):
        self.headers = {"Retry-After": str(seconds)}
        super().__init__(message)


class InvalidAudience(InvalidParameter):
    """Ces identifiants ne sont pas tous de votre mandat : rien n’est parti."""

    def __init__(self, parameter: str, message: str = "", *, more: Mapping[str, object]):
        #: Members of the problem document: which ids nobody knows, which are outside the mandate.
        self.more = more
        super().__init__(parameter, message)
