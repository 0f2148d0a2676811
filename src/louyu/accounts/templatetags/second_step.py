"""Whether somebody has to sign in by two steps."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def must_use_two_steps(user: Any) -> bool:
    """Whether one of the user's roles asks for the second step."""
    return any(grant.role in settings.TWO_FACTOR for grant in user.running_grants)
