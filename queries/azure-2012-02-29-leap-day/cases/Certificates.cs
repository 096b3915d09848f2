using System;

namespace Agents
{
    public static class Certificates
    {
        public static DateTime ValidUntil(DateTime now)
        {
            // bug: year-changed-day-kept
            return new DateTime(now.Year + 1, now.Month, now.Day);
        }

        public static DateTimeOffset Window(DateTimeOffset start, int years)
        {
            // bug: year-changed-day-kept
            var end = new System.DateTimeOffset(
                start.Year + years,
                start.Month,
                start.Day,
                0, 0, 0, TimeSpan.Zero);
            // bug: year-changed-day-kept
            DateTime plain = new(start.Date.Year - 1, start.Date.Month, start.Date.Day);
            return plain < end ? end : start;
        }

        public static DateTime Safe(DateTime now)
        {
            // ok: year-changed-day-kept
            var firstOfMonth = new DateTime(now.Year + 1, now.Month, 1);
            // ok: year-changed-day-kept
            var midnight = new DateTime(now.Year, now.Month, now.Day);
            // ok: year-changed-day-kept
            return firstOfMonth > midnight ? now.AddYears(1) : midnight;
        }
    }
}
