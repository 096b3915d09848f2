package agents;

import java.time.LocalDate;
import java.time.LocalDateTime;

final class Renewal {
    static LocalDate validUntil(LocalDate today) {
        // bug: year-changed-day-kept
        return LocalDate.of(today.getYear() + 1, today.getMonth(), today.getDayOfMonth());
    }

    static LocalDateTime window(LocalDateTime start, int years) {
        // bug: year-changed-day-kept
        LocalDateTime end = LocalDateTime.of(
                start.getYear() - years,
                start.getMonthValue(),
                start.getDayOfMonth(), 0, 0);
        return end;
    }

    static LocalDate safe(LocalDate today) {
        // ok: year-changed-day-kept
        LocalDate first = LocalDate.of(today.getYear() + 1, today.getMonth(), 1);
        // ok: year-changed-day-kept
        LocalDate same = LocalDate.of(today.getYear(), today.getMonth(), today.getDayOfMonth());
        // withYear settles on 28 February by itself.
        // ok: year-changed-day-kept
        return first.isAfter(same) ? today.withYear(today.getYear() + 1) : today.plusYears(1);
    }
}
