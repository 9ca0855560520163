"""What is logged: that something failed and where, never what was asked or answered (privacy.md, 3.7)."""

from __future__ import annotations

import logging
import traceback


class DiscreetFormatter(logging.Formatter):
    """Writes the frames and the kind of an error; its message may quote what was asked."""

    def formatException(self, ei: tuple) -> str:
        """Return the frames from the outermost on, and the error's class."""
        kind, _error, frames = ei
        return "".join(traceback.format_tb(frames)) + f"{kind.__module__}.{kind.__qualname__}"


#: Errors go to standard error, whichever library met them: one that no logger is configured for would be written by
#: Python's last resort, message included. Foreign host names, which anyone can send by thousands, go nowhere.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": DiscreetFormatter, "format": "{asctime} {levelname} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "discreet", "level": "ERROR"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers, mails to administrators among them, give way to the one above.
        "django": {"handlers": [], "level": "INFO"},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
