"""What every page says at its foot, refused ones too: they are rendered without a request."""

from django import template

from config.legal import accessibility

register = template.Library()


@register.simple_tag
def accessibility_status() -> str:
    """Say how far the site is accessible, as the law words it."""
    return str(accessibility().label)
