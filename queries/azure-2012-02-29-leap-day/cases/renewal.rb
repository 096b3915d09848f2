require "date"

class Renewal
  def valid_until(today = Date.today)
    # bug: year-changed-day-kept
    Date.new(today.year + 1, today.month, today.day)
  end

  def window(start, years)
    # bug: year-changed-day-kept
    last = DateTime.civil(start.year - years,
                          start.mon, start.mday, 12)
    last..start
  end

  def safe(today)
    # ok: year-changed-day-kept
    first = Date.new(today.year + 1, today.month, 1)
    # ok: year-changed-day-kept
    later = today >> 12
    # Time rolls over to 1 March.
    # ok: year-changed-day-kept
    rolled = Time.new(today.year + 1, today.month, today.day)
    [first, later, rolled]
  end
end
