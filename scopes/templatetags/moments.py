"""Days as people speak them; Django's own `date` knows no "1er"."""

from django import template

from scopes import moments

register = template.Library()

register.filter("full_day", lambda when: moments.full_day(when) if when else "")
register.filter("day_and_month", lambda when: moments.day_and_month(when) if when else "")
register.filter("month_and_year", lambda when: moments.month_and_year(when) if when else "")
register.filter("clock", lambda when: moments.clock(when) if when else "", expects_localtime=True)
