"""Every setting of the site. Each variable read here has a line in `.env.example`."""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from kombu.transport import TRANSPORT_ALIASES

from polaris_site.csp import POLICY
from polaris_site.reach import checked_gateway, office_mail

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
if (VAR_DIR / "secrets.env").exists():  # written by `make run`; what the environment says wins
    env.read_env(VAR_DIR / "secrets.env")

# --- How the site runs -------------------------------------------------------------------------

DELIVERY_MODE = env("DELIVERY_MODE", default="demonstration")
DEMONSTRATION = DELIVERY_MODE == "demonstration"
DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS")  # Fernet keys, newest first
HASH_KEY = env("HASH_KEY")  # never rotated: `person_key` and receipt links derive from it
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CONGRESS_DATA_DIR = env("CONGRESS_DATA_DIR", default="")

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "crispy_forms",
    "csp",
    "simple_history",
    "polaris_site",
    "hotline",
    "newsletter",
    "campaigns",
    "actions.congress",
    "actions",
]

MIDDLEWARE = [
    "polaris_site.middleware.DeclaredCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "polaris_site.middleware.PermissionsPolicyMiddleware",
    "polaris_site.middleware.PathLocaleMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "polaris_site.middleware.PublicGZipMiddleware",  # outside the next one: a page has one ETag, compressed or not
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "polaris_site.middleware.TroubleMiddleware",
]

ROOT_URLCONF = "polaris_site.urls"
WSGI_APPLICATION = "polaris_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = ["polaris"]
CRISPY_TEMPLATE_PACK = "polaris"

# --- Database ----------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'site.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": env.int("SQLITE_TIMEOUT", default=20),  # seconds
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
    # A file, so that threads and processes of a test meet the same locks as the site.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A pool for each process: its web threads share 8 connections, and wait 2 seconds for one at most. It waits twice
    # as long before each look at whether a lost database is back: after 2 seconds it gives up, and who asks next looks.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 2, "reconnect_timeout": 2}, "connect_timeout": 2,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery: a task is a nudge; the rows are the truth -------------------------------------------

TRANSPORT_ALIASES["polarisfile"] = "polaris_site.broker:Transport"
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="polarisfile://")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"data_folder": str(VAR_DIR / "broker"), "polling_interval": 0.2}
    if CELERY_BROKER_URL.startswith("polarisfile")
    # A paused Redis must not hold a visitor: give up a publish after 0.2 s, the sweep finds the row.
    else {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "max_retries": 0}
)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a long outage of Redis must not end the workers
CELERY_TIMEZONE = "UTC"
SWEEP_EVERY = 15  # seconds
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "actions.tasks.sweep", "schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY}},
    "fold counters": {
        "task": "actions.tasks.fold_counters", "schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY},
    },
    "send mail": {
        "task": "newsletter.tasks.send_mail", "schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY},
    },
    "tell administrators": {
        "task": "hotline.tasks.tell_administrators", "schedule": 60, "options": {"expires": 60},
    },
    "acknowledgements": {
        "task": "actions.tasks.take_acknowledgements", "schedule": 300, "options": {"expires": 300},
    },
    "check ledger": {
        "task": "actions.tasks.check_ledger", "schedule": crontab(minute=37), "options": {"expires": 3000},
    },
    "purge": {"task": "actions.tasks.purge", "schedule": crontab(minute=7), "options": {"expires": 3000}},
    "purge mail": {
        "task": "newsletter.tasks.purge_mail", "schedule": crontab(minute=17), "options": {"expires": 3000},
    },
}

# --- Letters to Congress -------------------------------------------------------------------------

# In a demonstration the test gateway of `manage.py test_gateway` stands in for both chambers.
TEST_GATEWAY_PORT = env.int("TEST_GATEWAY_PORT", default=8099)
_gateway = f"http://127.0.0.1:{TEST_GATEWAY_PORT}" if DEMONSTRATION else ""
# Scheme and host; the path is appended. A wrong host stops the site here.
CWC_HOUSE_URL = checked_gateway(DELIVERY_MODE, env("CWC_HOUSE_URL", default=_gateway), "house.gov")
CWC_SENATE_URL = checked_gateway(DELIVERY_MODE, env("CWC_SENATE_URL", default=_gateway), "senate.gov")
CWC_HOUSE_KEY = env("CWC_HOUSE_KEY", default="demonstration-house-key" if DEMONSTRATION else "")
CWC_SENATE_KEY = env("CWC_SENATE_KEY", default="demonstration-senate-key" if DEMONSTRATION else "")
# Whether the far end keeps only one of two letters with the same id: false for the House until it is proven.
CWC_HOUSE_DROPS_REPEATS = env.bool("CWC_HOUSE_DROPS_REPEATS", default=DEMONSTRATION)
CWC_SENATE_DROPS_REPEATS = env.bool("CWC_SENATE_DROPS_REPEATS", default=True)
# Whether an answer of success without a body counts as accepted.
CWC_HOUSE_TRUSTS_EMPTY_SUCCESS = env.bool("CWC_HOUSE_TRUSTS_EMPTY_SUCCESS", default=True)
CWC_SENATE_TRUSTS_EMPTY_SUCCESS = env.bool("CWC_SENATE_TRUSTS_EMPTY_SUCCESS", default=True)
CWC_HOUSE_RATE = env.float("CWC_HOUSE_RATE", default=5.0)  # letters a second, all workers together
CWC_SENATE_RATE = env.float("CWC_SENATE_RATE", default=5.0)
# When the gateways are closed, US Eastern. The test gateway never is.
CWC_HOUSE_MAINTENANCE = env("CWC_HOUSE_MAINTENANCE", default="" if DEMONSTRATION else "daily 00:00-06:00")
CWC_SENATE_MAINTENANCE = env(
    "CWC_SENATE_MAINTENANCE", default="" if DEMONSTRATION else "sun 00:00-06:00, wed 05:00-07:00"
)
CWC_AGENT = {
    "name": env("CWC_AGENT_NAME", default="Demonstration Agent" if DEMONSTRATION else ""),
    "ack_email": env("CWC_AGENT_ACK_EMAIL", default="ack@example.org" if DEMONSTRATION else ""),
    "contact_name": env("CWC_AGENT_CONTACT_NAME", default="Demonstration Contact" if DEMONSTRATION else ""),
    "contact_email": env("CWC_AGENT_CONTACT_EMAIL", default="contact@example.org" if DEMONSTRATION else ""),
    "contact_phone": env("CWC_AGENT_CONTACT_PHONE", default="202-555-0100" if DEMONSTRATION else ""),
}
SEND_AFTER_MINUTES = env.int("SEND_AFTER_MINUTES", default=0 if DEMONSTRATION else 10)
# A folder where files with acknowledgements of offices are dropped: CSV with `delivery_id` and `state`.
ACKNOWLEDGEMENTS_DIR = Path(env("ACKNOWLEDGEMENTS_DIR", default=str(VAR_DIR / "acknowledgements")))
MIN_FORM_SECONDS = env.int("MIN_FORM_SECONDS", default=0 if DEMONSTRATION else 3)
FORM_LASTS = timedelta(hours=24)

# --- Limits that hold letters back and refuse nobody ----------------------------------------------

ACTIONS_A_DAY = 5  # with one email address; more are held until its owner confirms
ACTIONS_A_NETWORK_HOUR = env.int("ACTIONS_A_NETWORK_HOUR", default=200)
# Where hits are counted: shared by all web processes in production, in this process on a laptop.
LIMITS_URL = CELERY_BROKER_URL if CELERY_BROKER_URL.startswith("redis") else "memory://"
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if env.bool("BEHIND_PROXY", default=False) else 0)

# --- What is kept about people, and how long ------------------------------------------------------

SENDER_RETENTION_DAYS = env.int("SENDER_RETENTION_DAYS", default=28)  # after the last message is final
SENDER_RETENTION_LIMIT_DAYS = 120  # after the action, whatever happened
HELD_DAYS = 7  # a held action waits this long for its confirmation
MAIL_RETENTION_DAYS = 7
OUTCOME_NOTICE_DAYS = 730  # "tell me how this campaign ends" is forgotten after that, whatever happened
COURSE_RETENTION_DAYS = 180  # progress in a course, after it was last used
CERTIFICATE_RETENTION_DAYS = 1095  # a certificate can be verified for so long

# --- Mail ----------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://") if env("EMAIL_URL", default="") else {}
vars().update(EMAIL_CONFIG)
if not EMAIL_CONFIG:
    EMAIL_BACKEND = (
        "newsletter.mail_files.EmailBackend" if DEMONSTRATION else "django.core.mail.backends.smtp.EmailBackend"
    )
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Website <no-reply@example.org>")
# Letters to offices that take them by email, over the same server. A demonstration reaches this machine alone.
OFFICE_MAIL = office_mail(
    DELIVERY_MODE, EMAIL_CONFIG, sender=env("OFFICE_FROM_EMAIL", default="") or DEFAULT_FROM_EMAIL
)
OFFICE_MAIL_RATE = env.float("OFFICE_MAIL_RATE", default=5.0)  # letters a second, all workers together

# --- Language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
TIME_ZONE = env("TIME_ZONE", default="America/New_York")
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 0

# --- Safety and privacy ---------------------------------------------------------------------------

COVER_URL = env("COVER_URL", default="https://www.weather.gov/")
SECURE_REFERRER_POLICY = "same-origin"  # `no-referrer` would make browsers post with Origin: null
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = POLICY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https:")
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https:") else 0
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "polaris_site.error_pages.forbidden"
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144  # bytes; the longest letter is well below
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a campaign in admin has some 15 for each of its graphics, rules and promises
FILE_UPLOAD_HANDLERS = ["polaris_site.uploads.InMemory"]  # what staff upload is on no disk before it is cleaned

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"route only": {"()": "polaris_site.logs.RouteOnly"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["route only"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
