"""The administration (Django admin): what those who run the site look up and put right, and nothing of any home."""

from config.administration import organising, places, working  # noqa: F401 - each puts its rows on the site
from config.administration.site import administration

__all__ = ["administration"]
