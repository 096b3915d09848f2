<!DOCTYPE html>
<title>Stations</title>
<?php
declare(strict_types=1);

namespace Station;

use DateTimeImmutable;

/** One value that a sensor sent. */
final class Reading
{
    public function __construct(
        public readonly string $sensor,
        public readonly float $value,
        private ?DateTimeImmutable $at = null,
    ) {
    }

    public function isCold(): bool
    {
        return $this->value < 0;
    }
}

# Sorted by name, so that two runs print the same.
function cold(array $readings): array
{
    $names = array_map(fn (Reading $r): string => $r->sensor, array_filter($readings, static function ($r) {
        return $r->isCold();
    }));
    sort($names);
    return $names ?? [];
}

// The page shows the cold ones only.
foreach (cold([new Reading('roof', -3.5), new Reading(sensor: 'cellar', value: 9)]) as $i => $name): ?>
  <li id="s<?= $i ?>"><?= htmlspecialchars("{$name}") ?></li>
<?php endforeach; ?>
