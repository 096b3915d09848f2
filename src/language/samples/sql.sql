-- Readings and the stations that sent them.
CREATE TABLE reading (
    id BIGINT PRIMARY KEY,
    station_id INTEGER NOT NULL REFERENCES station (id),
    value NUMERIC(6, 2) DEFAULT 0,
    sent_at TIMESTAMP NOT NULL
);

CREATE INDEX reading_by_station ON reading (station_id, sent_at DESC);

INSERT INTO reading (id, station_id, value, sent_at)
VALUES (1, 7, -3.5, '2026-01-02 03:04:05'), (2, 7, NULL, '2026-01-02 04:04:05');

/* The coldest stations
   of this year. */
WITH cold AS (
    SELECT station_id, MIN(value) AS lowest
    FROM reading
    WHERE sent_at >= '2026-01-01' AND value IS NOT NULL
    GROUP BY station_id
    HAVING COUNT(*) > 1
)
SELECT s.name, CASE WHEN c.lowest < -20 THEN 'hard' ELSE 'mild' END AS frost
FROM station AS s
LEFT JOIN cold AS c ON c.station_id = s.id
ORDER BY c.lowest
LIMIT 10;

UPDATE reading SET value = 0 WHERE value IS NULL;
DELETE FROM reading WHERE sent_at < '2020-01-01';
