// A server of the fake model, for commands to talk to.

import DuetTesting
import Foundation
import Service

/// Runs until it is let go.
final class OpenService {
    let service: Service

    init(sessionsMax: Int = 4, changing: (inout ServiceOptions) -> Void = { _ in }) throws {
        var options = ServiceOptions(port: 0, workers: 1, sessionsMax: sessionsMax)
        changing(&options)
        service = try Service(options, model: FakeLoaded())
    }

    deinit { service.stop() }

    var port: Int { service.port }
    var url: String { "ws://127.0.0.1:\(port)/v1/duplex" }

    /// Whether a metric has this value within three seconds.
    func becomes(_ metric: String, _ value: Double) -> Bool {
        for _ in 0..<150 {
            if service.metricsText.contains("\n\(metric) \(value)\n") { return true }
            usleep(20_000)
        }
        return false
    }
}
