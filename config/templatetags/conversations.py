"""What the masthead says of messages that wait."""

from django import template

from directory.conversations import unread
from scopes.viewer import Viewer

register = template.Library()


@register.simple_tag
def unread_conversations(viewer: Viewer) -> int:
    """Count the conversations in which something is new."""
    return unread(viewer)
