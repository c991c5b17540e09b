// The echo route for Scripts/autobahn: the real stack, in test builds alone, and only where it is asked for.

import Foundation
import Testing
import Wire

@testable import Sockets

/// `DUET_ECHO_PORT` is the port; the file `DUET_ECHO_STOP` ends it when it appears.
private let port = ProcessInfo.processInfo.environment["DUET_ECHO_PORT"].flatMap { Int($0) }
private let stopFile = ProcessInfo.processInfo.environment["DUET_ECHO_STOP"]

@Suite(.enabled(if: port != nil && stopFile != nil)) struct EchoService {
    /// Longer than the fuzzing client takes, for the case that nobody says stop.
    private static let secondsMax = 3600
    /// Its longest messages have 16 MiB, and one may wait while the next comes.
    private static let bytesMax = 64 << 20

    @Test func echoesUntilItIsToldToStop() throws {
        let server = try EchoServer {
            $0.port = port!
            $0.messageBytesMax = Self.bytesMax
            $0.outboxBytesMax = Self.bytesMax
        }
        for _ in 0..<Self.secondsMax where !FileManager.default.fileExists(atPath: stopFile!) { sleep(1) }
        #expect(FileManager.default.fileExists(atPath: stopFile!), "nobody said stop")
        withExtendedLifetime(server) {}
    }
}
