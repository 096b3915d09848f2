using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Station.Readings;

/// <summary>One value that a sensor sent.</summary>
public sealed record Reading(string Sensor, double Value, DateTimeOffset At);

public class Summary
{
    private readonly Dictionary<string, List<Reading>> _bySensor = new();

    public int Count => _bySensor.Values.Sum(list => list.Count);

    /* Readings from the future are refused: the clock of that sensor is wrong. */
    public bool Add(Reading reading)
    {
        if (reading is not { Sensor.Length: > 0 } || reading.At > DateTimeOffset.UtcNow)
        {
            return false;
        }
        if (!_bySensor.TryGetValue(reading.Sensor, out var list))
        {
            _bySensor[reading.Sensor] = list = new List<Reading>();
        }
        list.Add(reading);
        return true;
    }

    public async Task<string> DescribeAsync(Func<string, Task<string?>> nameOf)
    {
        // Sorted, so that two runs print the same.
        foreach (var (sensor, list) in _bySensor.OrderBy(pair => pair.Key))
        {
            var name = await nameOf(sensor) ?? "unnamed";
            Console.WriteLine($"{name}: {list.Average(r => r.Value):F2}");
        }
        return $"{Count} readings";
    }
}
