"""Addresses of sites as people read them."""

from django import template

register = template.Library()


@register.filter
def site(address: str) -> str:
    """Write an address of a site as it is spoken: "metropole.nantes.fr"."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/") or address
