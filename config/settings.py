"""Settings of Alentour: one module; whatever differs between machines comes from the environment."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC

from config.logs import LOGGING  # noqa: F401 - a setting

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("ALENTOUR_DATA", BASE_DIR / ".alentour"))
DEMO = os.environ.get("ALENTOUR_DEMO", "1") == "1"
DEBUG = os.environ.get("ALENTOUR_DEBUG", "0") == "1"
SECRET_KEY = os.environ.get("ALENTOUR_SECRET_KEY") or ("demo-only-key-never-in-production" if DEMO else "")
# Tosses the coins of the quarterly table (`scopes.reach_table`): changed, two tables together would tell more.
REACH_KEY = os.environ.get("ALENTOUR_REACH_KEY") or SECRET_KEY
# What was signed or entered in the ledger of erasures before the key changed is still known by these.
SECRET_KEY_FALLBACKS = os.environ.get("ALENTOUR_EARLIER_SECRET_KEYS", "").split()
ALLOWED_HOSTS = os.environ.get("ALENTOUR_HOSTS", "localhost,127.0.0.1,[::1]").split(",")


def _library_of_wheel(package: str, name: str) -> str | None:
    """Path of a shared library that a wheel carries: Debian's GDAL 3.6 is too old for Django (gis.W001)."""
    spec = find_spec(package)
    folder = Path(spec.origin).parent.parent / f"{package}.libs"
    return next((str(path) for path in sorted(folder.glob(f"{name}-*"))), None)


GDAL_LIBRARY_PATH = os.environ.get("GDAL_LIBRARY_PATH") or _library_of_wheel("pyogrio", "libgdal")
GEOS_LIBRARY_PATH = os.environ.get("GEOS_LIBRARY_PATH") or _library_of_wheel("shapely", "libgeos_c")

INSTALLED_APPS = [
    "config",
    "maps",
    "directory",
    "scopes",
    "geo",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.policy.PolicyMiddleware",
    "config.keeping.KeepingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.keeping.LanguageMiddleware",
    "config.bodies.BodyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.typography.TypographyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "scopes.middleware.ViewerMiddleware",
    "config.problems.ProblemMiddleware",
]

AUTH_USER_MODEL = "scopes.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "config.demonstration.pages.demonstration",
            ],
        },
    },
]


def _database(url: str) -> dict:
    """Django's form of a `postgresql://user@host:port/name?host=/socket/folder` address."""
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 0,
        # The statement of nearby search is planned once a connection (`directory.search`), for any values: planning it
        # anew takes longer than running it. Django's own queries are never prepared.
        "OPTIONS": {"prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"},
        "TEST": {"NAME": os.environ.get("ALENTOUR_TEST_DATABASE", "test_alentour")},
    }


# Two roles: the owner migrates and imports; the serving role owns nothing, so that row-level security is real.
SERVING = os.environ.get("ALENTOUR_ROLE") == "serving"
_SERVING_URL = os.environ.get("DATABASE_URL", "postgresql:///alentour")
DATABASES = {"default": _database(_SERVING_URL if SERVING else os.environ.get("DATABASE_OWNER_URL", _SERVING_URL))}
if SERVING:
    # The pool hands its connections out in turn: more than are needed are each cold when their turn comes (a search
    # took 1.3 ms by two connections, 0.7 ms by one). It grows with what is asked at once.
    DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 16, "timeout": 5}}
    # A page's questions are too short for parallel workers: a town's feed took 54 ms with them, 2 to 10 ms without.
    DATABASES["default"]["OPTIONS"]["options"] += " -c max_parallel_workers_per_gather=0"

# Signing in: an address is proved by a code before anything else (`scopes.signing`); allauth does the rest.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "scopes.sessions"
SESSION_COOKIE_AGE = 60 * 24 * 3600
#: What answers to guesses take, in steps: nothing shows in the time of an answer (`scopes.signing.limits`).
EVEN_SECONDS = 0.3
ACCOUNT_ADAPTER = "scopes.signing.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "scopes.signing.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
# An address is proved before it is an account's, and pages that change something ask for a fresh sign-in.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_REAUTHENTICATION_REQUIRED = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# How often someone tried, whichever process was asked: kept under a keyed digest (privacy.md, 3.7).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "KEY_FUNCTION": "scopes.signing.limits.sealed_key",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
#: How many proxies of ours stand before the site, each adding to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ALENTOUR_PROXIES", "0" if DEMO else "1"))
# Beside those of allauth: codes asked for (a code of 8 figures may be mistyped 5 times), codes tried, accounts opened
# for others, how often something may be reported (`directory.pages.reporting`), feeds asked for,
# calendars that organisations give, shapes of offers looked at, analyses of coverage, and searches of rides.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,200/h/ip,3/m/key,12/h/key",
    "printed_code": "10/m/ip,60/h/ip",
    "open_for": "20/d/user",
    "even_time": "60/m/ip",
    "report": "10/h/ip",
    "report_signed_in": "20/d/user",
    "remark": "30/h/ip",
    "remark_signed_in": "60/d/user",
    "poster": "60/h/ip",
    "feed": "30/h/ip",
    "calendar": "20/h/user",
    "reach": "120/m/user,1200/h/user",
    "coverage": "60/m/ip",
    "rides_status": "60/m/ip",
    "rides": "30/m/ip",
    "rides_signed_in": "60/m/user",
}

# A daily job whose hour passed while no worker ran is done within half a day.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 12 * 3600}

#: What addresses in mails begin with.
SITE_URL = os.environ.get("ALENTOUR_URL", "http://127.0.0.1:8000")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("ALENTOUR_EMAIL_FROM", "Alentour <alentour@localhost>")


def _mail_server(url: str) -> dict:
    """Django's settings for `smtp://user:password@host:port`, `smtp+tls://` (STARTTLS) or `smtps://` (TLS at once)."""
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 20,
    }


# Without a server, mails are files: the demonstration shows them on a page of its own.
EMAIL_FILE_PATH = DATA_DIR / "mails"
EMAIL_URL = os.environ.get("ALENTOUR_EMAIL_URL", "" if DEMO else "smtp://localhost")
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(_mail_server(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"

# Notifications of browsers (`scopes.pushing`): the site's own key, 32 bytes in base64url, else a file made at first
# use; and the push services of browsers, which alone are sent to.
VAPID_KEY = os.environ.get("ALENTOUR_VAPID_KEY", "")
VAPID_FILE = DATA_DIR / "vapid.pem"
PUSH_HOSTS = os.environ.get(
    "ALENTOUR_PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,.push.apple.com,.notify.windows.com",
).split(",")
PUSH_TO_LOOPBACK = DEMO

# What the legal pages say of the town that opens the site (`config.legal`); `check --deploy` names what is missing.
PUBLISHER = {
    name: os.environ.get(f"ALENTOUR_PUBLISHER_{name.upper()}", "")
    for name in ("name", "address", "phone", "contact", "director", "host", "dpo")
}
# Who sells subscriptions is that publisher; what a quote must say besides (`scopes.paper.quote`).
SELLER = {name: os.environ.get(f"ALENTOUR_SELLER_{name.upper()}", "") for name in ("siret", "legal_form", "vat_number")}
#: Of one shop, by the calendar of its town (`directory.organisation_kinds`).
OFFERS_A_MONTH = int(os.environ.get("ALENTOUR_OFFERS_A_MONTH", "4"))
#: Euros a kilometre of the least car, as the tax office tells it (`directory.carpool_costs`).
CARPOOL_COSTS = os.environ.get("ALENTOUR_CARPOOL_COSTS", "0.529")
#: Percent, "20"; empty where the seller is not subject to VAT (article 293 B of the CGI).
VAT_RATE = os.environ.get("ALENTOUR_VAT_RATE", "")
#: `full` or `partial` once an audit says so, and the day and author of that audit.
ACCESSIBILITY_STATUS = os.environ.get("ALENTOUR_ACCESSIBILITY_STATUS", "none")
ACCESSIBILITY_AUDIT = os.environ.get("ALENTOUR_ACCESSIBILITY_AUDIT", "")

# A photo waits in memory until it is re-encoded: the original is on no disk (`directory.photos`).
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
# How long a body may be is each route's affair, asked before it is read (`config.bodies`).
DATA_UPLOAD_MAX_MEMORY_SIZE = None
# Confirming a landlord's file posts one field for each residence: 500 lines of several addresses are a few thousand.
# Ten thousand are read in a tenth of a second on a busy machine.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "maps.browser_files.PackageFinder",
]
# Served under hashed names, compressed, for ever; tests and development read the files where they lie.
_HASHED = "maps.hashed_files.HashedStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _HASHED if SERVING else _PLAIN},
    # What people asked to take away, for a day; served by no address of its own (`scopes.rights.archives`).
    "archives": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "archives",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# Who was erased, as keyed digests: beside the backups of the database, never among them (`scopes.rights.ledger`).
ERASURE_LEDGER = os.environ.get("ALENTOUR_ERASURE_LEDGER", DATA_DIR / "erasures.jsonl")
# The town's public key (`./manage.py held_identities key`); without one no identity is kept after an erasure.
HELD_IDENTITIES_KEY = os.environ.get("ALENTOUR_HELD_IDENTITIES_KEY", "")

WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not SERVING

# Privacy of place: a page calls no third party (design.md, section 5).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.problems.forbidden"
SESSION_COOKIE_HTTPONLY = True
if not DEMO:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.problems.problem_response",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.negotiation.ForgivingNegotiation",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Alentour",
    "DESCRIPTION": "What lives around a place: public listings and places, as GeoJSON.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "directory.openapi.describe_nearby",
        "directory.operators.openapi.describe_notices",
        "directory.ride_api.openapi.describe_rides",
        "directory.openapi.describe_problems",
    ],
}
