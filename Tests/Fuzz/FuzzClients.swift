// What clients make of a server's messages.

import Audio
import Foundation

@testable import Wire

enum FuzzClients {
    /// The first byte says whose client; lines are messages, those behind a `!` binary.
    static func read(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let paths = ["/v1/duplex", "/v1/live/sessions", "/v1/realtime", "/api/chat"]
        let made = try? ClientWires.make(path: paths[Int(first) % paths.count], format: .standard)
        guard let client = made ?? nil else { return }
        _ = client.opening()
        for (i, line) in bytes.dropFirst().split(separator: 10).enumerated() {
            let isBinary = line.first == UInt8(ascii: "!")
            let message: WireMessage =
                isBinary ? .binary(Array(line.dropFirst())) : .text(String(decoding: line, as: UTF8.self))
            _ = client.begins(message)
            _ = client.read(message, at: Double(i))
        }
        _ = client.closing()
    }
}
