"""Django's settings. Everything that differs between installations comes from the environment."""

import os
from pathlib import Path

from selaras.config.database import database_from

BASE_DIR = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("SELARAS_HOME") or BASE_DIR.parents[1] / "var")

SECRET_KEY = os.environ.get("SELARAS_SECRET_KEY", "")
DEBUG = False
# Where senders of events reach intake, if that is not where people reach the pages.
INTAKE_ADDRESS = os.environ.get("SELARAS_INTAKE_ADDRESS", "")

ALLOWED_HOSTS = os.environ.get("SELARAS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "selaras.interfaces.web.shell",
    "procrastinate.contrib.django",
    "selaras.kernel",
    "selaras.domains.people",
    "selaras.domains.services",
    "selaras.domains.records",
    "selaras.domains.agreements",
    "selaras.domains.duty",
    "selaras.domains.incidents",
    "selaras.domains.events",
    "selaras.domains.operations",
    "selaras.domains.problems",
    "selaras.interfaces.jobs",
]

# The `selaras` command sets DATABASE_URL to the embedded server unless the environment names another.
DATABASES = {"default": database_from(os.environ.get("DATABASE_URL", ""))}

ROOT_URLCONF = "selaras.config.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "selaras.interfaces.web.shell.middleware.PersonMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each room of the web keeps its own templates; the shell's, an app, also stand before allauth's.
        "DIRS": sorted((BASE_DIR / "interfaces" / "web").glob("*/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "selaras.interfaces.web.shell.context.frame",
            ],
        },
    }
]
STATIC_URL = "/static/"
# Collected by `selaras up` and `selaras web` when the sources have changed; hashed names, compressed once.
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}

# Limits on sign-in are counted for all processes together, in the database; nothing else is cached there.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "selaras_cache",
        "TIMEOUT": 3600,
    },
    # What pages draw alike for everybody of a duty, in memory: a new release begins with none.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MESSAGE_TAGS = {10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error"}

# Everything a page loads is ours; no script or style stands in a page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the QR code of a new second factor
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "selaras.interfaces.web.shell.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("SELARAS_HTTPS", "") == "1"

REACTIONS = "selaras.config.wiring.REACTIONS"

# Where people reach this installation: messages link to it. `selaras up` fills in its own address.
PUBLIC_URL = os.environ.get("SELARAS_URL", "http://localhost:8000").rstrip("/")

# Mail out. Without a server none is sent, and what wanted to send says so.
EMAIL_HOST = os.environ.get("SELARAS_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("SELARAS_SMTP_PORT") or 587)
EMAIL_HOST_USER = os.environ.get("SELARAS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SELARAS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("SELARAS_SMTP_SECURITY", "starttls") == "starttls"
EMAIL_USE_SSL = os.environ.get("SELARAS_SMTP_SECURITY", "starttls") == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("SELARAS_MAIL_FROM", "selaras@localhost")

# Secrets of people's channels are sealed with this; losing it loses them. Outgoing calls go to public addresses only,
# unless the installation says that its own network is meant too.
SEALING_KEY = os.environ.get("SELARAS_SEALING_KEY") or SECRET_KEY
CHECK_NETWORKS = os.environ.get("SELARAS_CHECK_NETWORKS", "").replace(",", " ").split()  # that checks may reach, too
CALL_PRIVATE_ADDRESSES = os.environ.get("SELARAS_CALL_PRIVATE_ADDRESSES", "") == "1"

# Standard error, where the keeper of the processes looks. Django's own way would mail what fails to nobody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "selaras.kernel.logs.Plain", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}, "django.request": {"level": "ERROR"}},
}

AUTH_USER_MODEL = "people.Person"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique in lower case, by a constraint of the table
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds that a link to choose a password holds: a weekend
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "selaras.interfaces.web.shell.account.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators make people; their addresses are the organisation's
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Selaras"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("SELARAS_HTTPS", "") != "1"  # http://localhost
