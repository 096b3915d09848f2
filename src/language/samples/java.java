package station;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Keeps the latest reading of each sensor. */
public final class Board implements AutoCloseable {
    private static final int ROOM = 1_000;
    private final Map<String, Reading> latest = new ConcurrentHashMap<>();

    record Reading(String sensor, double value, Instant at) {}

    /* Full boards refuse new sensors. */
    public boolean put(Reading reading) throws IllegalStateException {
        if (latest.size() >= ROOM && !latest.containsKey(reading.sensor())) {
            return false;
        }
        latest.merge(reading.sensor(), reading, (old, next) -> next.at().isAfter(old.at()) ? next : old);
        return true;
    }

    public <T extends Comparable<T>> List<String> cold() {
        // Below zero, by name.
        return latest.values().stream()
                .filter(reading -> reading.value() < 0)
                .map(Reading::sensor)
                .sorted()
                .collect(Collectors.toList());
    }

    @Override
    public void close() {
        try {
            latest.clear();
        } finally {
            System.out.printf("closed at %s%n", Instant.now());
        }
    }
}
