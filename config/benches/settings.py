"""The product's settings with the addresses of the bench's peers: same middleware, same database, same server."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "config.benches.urls"
