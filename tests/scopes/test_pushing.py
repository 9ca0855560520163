"""Pushes: encrypted for one browser, of one size, signed by the site, sent to known services alone."""

import base64
import json
from datetime import timedelta

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from django.contrib.auth import user_logged_in
from django.core import mail
from django.db.models import CharField, DateTimeField, Value
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidParameter
from scopes import mass_mail, vapid
from scopes.handing_over import Delay, Postponed
from scopes.models import Account, MassMessage, PushSubscription, Session
from scopes.pushing import MOST_BROWSERS, OWN_BROWSER, SIZE, is_known, padded, push, subscribe, unsubscribe
from scopes.rights.exporting import told
from tests.neighbours import DAY, person
from tests.push_service import push_service

pytestmark = pytest.mark.django_db
SAID = {"title": "Coupure d’eau", "body": "Régie des eaux", "url": "/avis/recu/x/", "tag": "x", "language": "fr"}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAPID_FILE = tmp_path / "vapid.pem"
    settings.PUSH_TO_LOOPBACK = True


@pytest.fixture
def service():
    with push_service() as service:
        yield service


@pytest.fixture
def ana() -> Account:
    return person("Ana")


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class TestPush:
    def test_the_browser_alone_reads_it(self, ana, service):
        browser = service.browser()
        subscribe(account=ana, **browser.subscription)
        assert push(ana, SAID, urgent=False, useful_for=HOUR)
        ((path, headers, body),) = service.taken
        assert browser.read(body) == SAID
        assert path == "/push/a" and headers["content-encoding"] == "aes128gcm"
        assert (headers["ttl"], headers["urgency"]) == ("3600", "normal")
        assert "topic" not in headers
        for word in (b"Coupure", b"gie des", b"Ana", b"/avis/"):
            assert word not in body
        with pytest.raises(http_ece.ECEException):
            service.browser("other").read(body)

    def test_what_is_urgent_says_so(self, ana, service):
        subscribe(account=ana, **service.browser().subscription)
        push(ana, SAID, urgent=True, useful_for=HOUR)
        assert service.taken[0][1]["urgency"] == "high"

    def test_it_is_signed_by_the_site(self, ana, service):
        """RFC 8292: a token for that service, for a day at most, under the key that the browser was told."""
        subscribe(account=ana, **service.browser().subscription)
        push(ana, SAID, urgent=False, useful_for=HOUR)
        kind, _space, rest = service.taken[0][1]["authorization"].partition(" ")
        told = dict(part.split("=", 1) for part in rest.replace(" ", "").split(","))
        assert kind == "vapid" and told["k"] == vapid.public_key()
        header, claims, signature = told["t"].split(".")
        said = json.loads(decoded(claims))
        assert said["aud"] == service.address and said["sub"].startswith("mailto:")
        assert timezone.now().timestamp() < said["exp"] <= timezone.now().timestamp() + 24 * 3600
        raw = decoded(signature)
        pair = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(told["k"]))
        key.verify(pair, f"{header}.{claims}".encode(), ec.ECDSA(SHA256()))

    @pytest.mark.privacy
    def test_its_length_tells_nothing(self, ana, service):
        subscribe(account=ana, **service.browser().subscription)
        for body in ("", "Court.", "Long " * 200, "é" * 5_000):
            push(ana, SAID | {"body": body}, urgent=False, useful_for=HOUR)
        assert len({len(body) for _path, _headers, body in service.taken}) == 1
        assert len(service.taken[0][2]) <= 4_096

    @given(st.text(max_size=9_000))
    def test_whatever_is_said_fits(self, body):
        text = padded(SAID | {"body": body})
        assert len(text.encode()) == SIZE
        assert json.loads(text)["url"] == SAID["url"]

    @pytest.mark.parametrize("gone", [404, 410])
    def test_a_browser_that_is_gone_is_forgotten(self, ana, service, gone):
        subscribe(account=ana, **service.browser().subscription)
        service.answer = gone
        assert not push(ana, SAID, urgent=False, useful_for=HOUR)
        assert not PushSubscription.objects.exists()

    @pytest.mark.parametrize("busy", [429, 500, 503])
    def test_a_service_that_is_busy_is_asked_again(self, ana, service, busy):
        subscribe(account=ana, **service.browser().subscription)
        service.answer = busy
        with pytest.raises(Delay):
            push(ana, SAID, urgent=False, useful_for=HOUR)
        assert PushSubscription.objects.exists()

    def test_one_that_is_away_too(self, ana, service):
        subscribe(account=ana, **service.browser().subscription)
        PushSubscription.objects.update(endpoint="http://127.0.0.1:9/push")
        with pytest.raises(Delay):
            push(ana, SAID, urgent=False, useful_for=HOUR)

    def test_it_is_asked_once_for_all_of_a_persons_browsers(self, ana, service):
        """Each that does not answer takes five seconds, and a code that someone waits for stands behind."""
        for name in "abc":
            subscribe(account=ana, **service.browser(name).subscription)
        service.answer = 503
        with pytest.raises(Delay):
            push(ana, SAID, urgent=False, useful_for=HOUR)
        assert len(service.taken) == 1

    def test_nobody_is_led_elsewhere(self, ana, service):
        subscribe(account=ana, **service.browser().subscription)
        service.answer = 302
        assert not push(ana, SAID, urgent=False, useful_for=HOUR)
        assert [path for path, _headers, _body in service.taken] == ["/push/a"]

    def test_one_of_several_is_enough(self, ana, service):
        subscribe(account=ana, **service.browser("a").subscription)
        subscribe(account=ana, **service.browser("b").subscription)
        PushSubscription.objects.filter(endpoint__endswith="/a").update(endpoint="http://127.0.0.1:9/push")
        assert push(ana, SAID, urgent=False, useful_for=HOUR)


class TestSubscribing:
    def test_a_browser_is_one_person_s_at_a_time(self, ana, service):
        given_away = service.browser().subscription
        subscribe(account=ana, **given_away)
        bea = person("Bea")
        own = subscribe(account=bea, **given_away)
        unsubscribe(account_id=ana.pk, handle=own.handle)
        assert PushSubscription.objects.get().account == bea
        unsubscribe(account_id=bea.pk, handle=own.handle)
        assert not PushSubscription.objects.exists()

    def test_the_oldest_makes_way(self, ana, service):
        for number in range(MOST_BROWSERS + 2):
            subscribe(account=ana, **service.browser(str(number)).subscription)
        assert ana.push_subscriptions.count() == MOST_BROWSERS
        assert not ana.push_subscriptions.filter(endpoint__endswith="/push/0").exists()

    @pytest.mark.parametrize(
        "given",
        [
            {"p256dh": ""},
            {"p256dh": "AAAA"},
            {"p256dh": "é"},
            {"auth": ""},
            {"auth": "AAAA"},
            {"auth": "!" * 22},
            {"endpoint": ""},
            {"endpoint": "javascript:alert(1)"},
            {"endpoint": "https://updates.push.services.mozilla.com/" + "x" * 1_000},
        ],
    )
    def test_what_no_browser_says_is_refused(self, ana, service, given):
        with pytest.raises(InvalidParameter):
            subscribe(account=ana, **service.browser().subscription | given)
        assert not PushSubscription.objects.exists()

    def test_signing_out_ends_it(self, ana, service, client):
        """Also where the session in which it was asked for is over, and another stands."""
        client.force_login(ana)
        client.post(reverse("add-browser"), service.browser().subscription)
        other = subscribe(account=ana, **service.browser("other").subscription)
        Session.objects.all().delete()
        client.force_login(ana)
        client.post(reverse("account_logout"))
        assert PushSubscription.objects.get() == other

    def test_someone_else_who_signs_in_ends_it(self, ana, service, client):
        client.force_login(ana)
        client.post(reverse("add-browser"), service.browser().subscription)
        request = RequestFactory().get("/")
        request.session = client.session
        request.COOKIES[OWN_BROWSER] = client.cookies[OWN_BROWSER].value
        for someone, left in ((ana, 1), (person("Bea"), 0)):
            user_logged_in.send(Account, request=request, user=someone)
            assert PushSubscription.objects.count() == left

    def test_a_forged_cookie_is_none(self, ana, service, client):
        own = subscribe(account=ana, **service.browser().subscription)
        client.force_login(person("Eve"))
        client.cookies[OWN_BROWSER] = str(own.handle)
        client.post(reverse("account_logout"))
        assert PushSubscription.objects.get() == own

    @pytest.mark.privacy
    def test_a_copy_of_my_data_holds_no_key(self, ana, service):
        given = service.browser().subscription
        subscribe(account=ana, **given)
        copy = json.dumps(told(ana), default=str)
        assert given["endpoint"] in copy and given["auth"] not in copy and given["p256dh"] not in copy


@pytest.mark.privacy
class TestKnownServices:
    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://fcm.googleapis.com/fcm/send/x:y",
            "https://updates.push.services.mozilla.com/wpush/v2/x",
            "https://web.push.apple.com/x",
            "https://wns2-par02p.notify.windows.com/w/?token=x",
        ],
    )
    def test_those_of_browsers_are(self, settings, endpoint):
        settings.PUSH_TO_LOOPBACK = False
        assert is_known(endpoint)

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://me@fcm.googleapis.com/x",
            "https://fcm.googleapis.com@169.254.169.254/x",
            "https://169.254.169.254/latest/meta-data",
            "https://127.0.0.1/x",
            "http://localhost:8000/x",
            "https://[::1]/x",
            "https://[::1",
            "https://10.0.0.1/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilpush.apple.com.example/x",
            "https://notify.windows.com.evil.example/x",
            "https://push.apple.com\\@evil.example/x",
            "https://127.0.0.1\\.push.apple.com/x",
            "https://evil.example\\.notify.windows.com/x",
            "https://evil.example%5C.push.apple.com/x",
            "https://fcm.googleapis.com\n.evil.example/",
            "https://fcm.googleapis.com:99999/x",
            "file:///etc/passwd",
            "//fcm.googleapis.com/x",
            "",
        ],
    )
    def test_nothing_else_is(self, settings, endpoint):
        settings.PUSH_TO_LOOPBACK = False
        assert not is_known(endpoint)


class TestKey:
    def test_it_is_made_once_and_for_our_eyes(self, settings):
        first = vapid.public_key()
        assert settings.VAPID_FILE.stat().st_mode & 0o777 == 0o600
        vapid._read.cache_clear()
        assert vapid.public_key() == first
        assert [path.name for path in settings.VAPID_FILE.parent.iterdir()] == ["vapid.pem"]

    def test_it_may_be_given(self, settings):
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        settings.VAPID_KEY = base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
        assert len(decoded(vapid.public_key())) == 65
        assert not settings.VAPID_FILE.exists()


class TestMassMessages:
    """A copy that cannot be pushed is mailed."""

    @pytest.fixture
    def message(self, ana) -> MassMessage:
        words = {"fr": {"organisation": "Régie", "day": "3 mai"}}
        message = MassMessage.objects.create(
            template="mandate", words=words, pushed={"fr": SAID}, too_late_at=timezone.now() + DAY
        )
        means, now = Value("push", CharField()), Value(timezone.now(), DateTimeField())
        people = Account.objects.filter(pk=ana.pk).annotate(means=means, due_at=now)
        mass_mail.queue(message, people.values_list("pk", "means", "due_at"))
        return message

    def test_it_is_pushed(self, ana, service, message):
        subscribe(account=ana, **service.browser().subscription)
        for _ in range(2):
            mass_mail.deliver(message.pk, 1)
        assert (len(service.taken), mail.outbox) == (1, [])
        assert int(service.taken[0][1]["ttl"]) > 23 * 3600

    def test_or_mailed_where_no_browser_is_there_any_more(self, ana, service, message):
        subscribe(account=ana, **service.browser().subscription)
        service.answer = 410
        mass_mail.deliver(message.pk, 1)
        assert [sent.to for sent in mail.outbox] == [[ana.email]]
        assert message.copies.get().means == "mail"

    def test_or_later(self, ana, service, message):
        subscribe(account=ana, **service.browser().subscription)
        service.answer = 503
        with pytest.raises(Postponed):
            mass_mail.deliver(message.pk, 1)
        service.answer = 201
        mass_mail.deliver(message.pk, 1)
        assert message.copies.get().sent_at and mail.outbox == []
