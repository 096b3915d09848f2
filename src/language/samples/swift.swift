import Foundation

/// One value that a sensor sent.
struct Reading: Codable, Equatable {
    let sensor: String
    var value: Double
    var note: String?
}

enum Outcome {
    case refused(room: Int)
    case kept
}

/* A full board refuses
   new sensors. */
final class Board {
    private var latest: [String: Reading] = [:]
    private let room: Int

    init(room: Int = 100) {
        self.room = room
    }

    var cold: [String] {
        latest.values.filter { $0.value < 0 }.map { $0.sensor }.sorted()
    }

    @discardableResult
    func put(_ reading: Reading) -> Outcome {
        guard latest.count < room || latest[reading.sensor] != nil else {
            return .refused(room: room)
        }
        latest[reading.sensor] = reading
        return .kept
    }
}

// Prints what was kept.
func load(from url: URL) async throws -> Int {
    let data = try Data(contentsOf: url)
    let readings = try JSONDecoder().decode([Reading].self, from: data)
    for reading in readings where reading.value < 0 {
        print("\(reading.sensor): \(reading.note ?? "none")")
    }
    return readings.count
}
