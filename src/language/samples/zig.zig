//! Keeps the latest reading of each sensor.

const std = @import("std");
const Allocator = std.mem.Allocator;

pub const Refused = error{ Full, Impossible };

/// One value that a sensor sent.
pub const Reading = struct {
    sensor: []const u8,
    value: f64 = 0.0,
    note: ?[]const u8 = null,
};

pub fn Board(comptime room: usize) type {
    return struct {
        const Self = @This();

        latest: std.StringHashMap(Reading),

        pub fn init(allocator: Allocator) Self {
            return .{ .latest = std.StringHashMap(Reading).init(allocator) };
        }

        pub fn put(self: *Self, reading: Reading) !void {
            // Colder than any place on earth.
            if (reading.value < -90.0) return Refused.Impossible;
            if (self.latest.count() >= room and !self.latest.contains(reading.sensor)) {
                return Refused.Full;
            }
            try self.latest.put(reading.sensor, reading);
        }
    };
}

test "a full board refuses" {
    var board = Board(1).init(std.testing.allocator);
    defer board.latest.deinit();
    try board.put(.{ .sensor = "roof", .value = -3.5 });
    const names = [_][]const u8{ "cellar", "attic" };
    for (names, 0..) |name, i| {
        const result = board.put(.{ .sensor = name, .value = @floatFromInt(i) });
        try std.testing.expectError(Refused.Full, result);
    }
}
