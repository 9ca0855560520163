"""`/api/notices/`: send, ask where it stands, take back, say that it is over; by a key (docs/api.md)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from directory.errors import KeyCannot, TooLate
from directory.models import Mailing
from directory.notifying import say_it_is_over, take_back
from directory.operators import openapi as described
from directory.operators.authentication import KeyAuthentication
from directory.operators.bodies import check_empty, read_asked, read_bytes, read_idempotency_key
from directory.operators.once import answered_once
from directory.operators.reasons import told_reasons
from directory.operators.sending import mailings_of, send, try_out
from directory.operators.told import told_mailing, told_mailings
from geo.errors import AlentourError, InvalidParameter, NotFound
from geo.parameters import check_names, read_limit
from scopes.errors import Refused
from scopes.models import ApiKey

USUAL_ROWS, MOST_ROWS = 20, 100


class KeyView(APIView):
    """An address for programs; no cache keeps what it answers."""

    authentication_classes = [KeyAuthentication]
    http_method_names = ["get", "head", "post"]
    #: Parameters of its query string.
    known: tuple[str, ...] = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse what is not known before anything is done."""
        super().initial(request, *args, **kwargs)
        check_names(request.query_params, self.known)

    def finalize_response(self, request: Request, response: HttpResponse, *args: object, **kwargs: object):
        """Let no cache keep it."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    @property
    def key(self) -> ApiKey:
        """The key that asks."""
        return self.request.auth

    def check_sends(self) -> None:
        """Refuse a key that may only try."""
        if self.key.reach != ApiKey.Reach.SEND:
            raise KeyCannot(_("Cette clé essaie seulement : elle n’envoie rien."))

    def own(self, handle: UUID) -> Mailing:
        """Find what the organisation sent; another's is like what does not exist."""
        mailing = mailings_of(self.key).filter(handle=handle).first()
        if mailing is None:
            raise NotFound
        return mailing


class Notices(KeyView):
    """What the organisation sent, and sending."""

    known = ("limit", "cursor")

    @extend_schema(**described.LIST)
    def get(self, request: Request) -> HttpResponse:
        """List what was sent, newest first."""
        limit = read_limit(request.query_params, usual=USUAL_ROWS, most=MOST_ROWS)
        sent = mailings_of(self.key).order_by("-written_at", "-pk")
        if "cursor" in request.query_params:
            last = sent.filter(handle=_handle(request.query_params["cursor"])).first()
            if last is None:
                raise InvalidParameter("cursor")
            sent = sent.filter(written_at__lte=last.written_at).exclude(written_at=last.written_at, pk__gte=last.pk)
        page = list(sent[: limit + 1])
        following = len(page) > limit and f"{reverse('notices')}?limit={limit}&cursor={page[limit - 1].handle}"
        return _json({"next": following or None, "notices": told_mailings(page[:limit])})

    @extend_schema(**described.SEND)
    def post(self, request: Request) -> HttpResponse:
        """Send a notice, or try it out."""
        check_names(request.query_params, ())
        name, body = read_idempotency_key(request), read_bytes(request)
        asked = read_asked(body)
        if asked.dry_run:
            return _json(try_out(asked, key=self.key))
        self.check_sends()

        def deed() -> HttpResponse:
            mailing = send(asked, key=self.key)
            answer = _json(told_mailing(mailing), status=201)
            answer["Location"] = reverse("notice-status", args=[mailing.handle])
            return answer

        return answered_once(key=self.key, name=name, body=body, deed=deed, refusal=self._in_words)

    def _in_words(self, error: AlentourError) -> HttpResponse:
        return self.get_exception_handler()(error, self.get_exception_handler_context())


class Reasons(KeyView):
    """The closed list of reasons."""

    @extend_schema(**described.LIST_OF_REASONS)
    def get(self, request: Request) -> HttpResponse:
        """List the reasons with their fields."""
        return _json({"reasons": told_reasons()})


class Status(KeyView):
    """Where something sent stands."""

    @extend_schema(**described.STATUS)
    def get(self, request: Request, handle: UUID) -> HttpResponse:
        """Tell where it stands, by public data."""
        return _json(told_mailing(self.own(handle)))


class TakeBack(KeyView):
    """Taking something back before anyone read it."""

    @extend_schema(**described.TAKE_BACK)
    def post(self, request: Request, handle: UUID) -> HttpResponse:
        """Take it back; asked again, it is taken back once."""
        check_empty(request)
        self.check_sends()
        with transaction.atomic():
            mailing = self.own(handle)
            Mailing.objects.select_for_update().get(pk=mailing.pk)
            mailing.refresh_from_db()
            if mailing.withdrawn_at is None and mailing.sent_at and mailing.sent_at <= timezone.now():
                raise TooLate
            take_back(account=self.key.made_by, mailing=mailing)
        return _json(told_mailing(self.own(handle)))


class AllClear(KeyView):
    """Saying that it is over, to exactly the same homes."""

    @extend_schema(**described.ALL_CLEAR)
    def post(self, request: Request, handle: UUID) -> HttpResponse:
        """Say that it is over; asked again, it is said once."""
        check_empty(request)
        self.check_sends()
        mailing = self.own(handle)
        try:
            over = say_it_is_over(account=self.key.made_by, mailing=mailing)
        except (InvalidParameter, Refused) as error:
            raise KeyCannot(str(error)) from error
        Mailing.objects.filter(pk=over.pk, written_by=self.key.made_by, api_key=None).update(api_key=self.key)
        return _json(told_mailing(self.own(handle)))


def _handle(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidParameter("cursor") from error


def _json(body: dict, *, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
