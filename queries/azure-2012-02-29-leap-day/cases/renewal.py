import datetime as dt
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def expiry(today: date) -> date:
    # bug: year-changed-day-kept
    return today.replace(year=today.year + 1)


def last_year(moment, back):
    # bug: year-changed-day-kept
    start = moment.replace(hour=0, minute=0,
                           year=moment.year - back)
    # bug: year-changed-day-kept
    end = dt.datetime(moment.year + 1, moment.month, moment.day, 23, 59)
    return start, end


class Licence:
    def renew(self):
        self.until = max(
            # bug: year-changed-day-kept
            date(self.until.year + 1, self.until.month, self.until.day),
            date.today(),
        )


def safe(today: date):
    # ok: year-changed-day-kept
    first = today.replace(year=today.year + 1, month=1, day=1)
    # ok: year-changed-day-kept
    later = today + relativedelta(years=1)
    # ok: year-changed-day-kept
    about = today + timedelta(days=365)
    # ok: year-changed-day-kept
    text = "year + 1".replace("year", str(today.year + 1))
    # ok: year-changed-day-kept
    month_end = date(today.year + 1, today.month, 1)
    # A fixed year: a question of its own, not this rule's.
    # ok: year-changed-day-kept
    anchored = today.replace(year=2000)
    return first, later, about, text, month_end, anchored
