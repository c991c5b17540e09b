// A server with TLS and a certificate of its own making: openssl's test server.

import Foundation

/// Answers every GET with status 200 and openssl's own page.
final class TLSServer {
    private static let openssl = "/usr/bin/openssl"
    static let isThere = FileManager.default.isExecutableFile(atPath: openssl)

    private let folder: URL
    private let process: Process
    let base: String

    var certificate: String { folder.appendingPathComponent("certificate.pem").path }
    private var key: String { folder.appendingPathComponent("key.pem").path }

    /// Its certificate is for `host`, an address.
    init(host: String) throws {
        setenv("no_proxy", "127.0.0.1", 1)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("duet-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = (
            key: folder.appendingPathComponent("key.pem").path, folder.appendingPathComponent("certificate.pem").path
        )
        let made = try Self.start([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=duet",
            "-addext", "subjectAltName=IP:\(host)", "-keyout", files.0, "-out", files.1,
        ]).process
        made.waitUntilExit()
        let (process, output) = try Self.start([
            "s_server", "-accept", "127.0.0.1:0", "-www", "-key", files.0, "-cert", files.1,
        ])
        self.process = process
        // It prints `ACCEPT 127.0.0.1:PORT` once it listens.
        var text = ""
        while text.firstMatch(of: /ACCEPT \S+:(\d+)\n/) == nil {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text += String(decoding: more, as: UTF8.self)
        }
        base = "https://127.0.0.1:\(text.firstMatch(of: /ACCEPT \S+:(\d+)\n/).map { String($0.1) } ?? "1")/v1"
    }

    private static func start(_ arguments: [String]) throws -> (process: Process, output: Pipe) {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: openssl)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return (process, output)
    }

    func stop() {
        // SIGTERM may be blocked: the child has the mask of the thread that started it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
