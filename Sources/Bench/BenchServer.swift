// The server under test: a child process, and what the system reports about it.

internal import Basics
internal import Callers
internal import Dispatch
internal import Foundation
internal import Glibc

/// `duet serve` as a child process on a free port; or a server that runs already, about which the system reports nothing.
final class BenchServer {
    private let process: Process?
    private var signals: [any DispatchSourceSignal] = []
    let url: String
    /// The metrics when the bench began.
    private let counted: MetricsText

    init(url: String) throws {
        (process, self.url) = (nil, url)
        counted = try Self.metrics(of: url)
    }

    init(arguments: [String]) throws {
        let process = Process(), output = Pipe()
        self.process = process
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["serve", "--port", "0"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // A child in its own process group does not receive the terminal's signals, so end it with this process.
        signals = [SIGINT, SIGTERM].map { number in
            Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                process.terminate()
                Glibc.exit(128 + number)
            }
            source.resume()
            return source
        }
        var line = ""
        while !line.hasSuffix("\n") {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            guard !byte.isEmpty else {
                throw CommandError(.unavailable, "the server did not start; try `duet serve` with the same options")
            }
            line += String(decoding: byte, as: UTF8.self)
        }
        url = String(line.split(separator: " ").last!.dropLast())
        counted = MetricsText("")
    }

    func stop() {
        process?.terminate()
        process?.waitUntilExit()
    }

    private var folder: String? { process.map { "/proc/\($0.processIdentifier)" } }
    var processorSeconds: Double { folder.map(ProcessTime.of) ?? .nan }

    /// The same by the threads' names; threads that have ended are missing.
    var threadSeconds: [String: Double] {
        guard let folder else { return [:] }
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/task")) ?? []
        return tasks.reduce(into: [:]) { sum, task in
            let path = "\(folder)/task/\(task)"
            let name = (try? String(contentsOfFile: path + "/comm", encoding: .utf8)) ?? ""
            sum[name.trimmingCharacters(in: .whitespacesAndNewlines), default: 0] += ProcessTime.of(path)
        }
    }

    /// Resident memory of the server.
    var megabytes: Double {
        guard let folder else { return .nan }
        let status = (try? String(contentsOfFile: folder + "/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (Double(line.split(whereSeparator: { !$0.isNumber }).first ?? "") ?? .nan) / 1024
    }

    /// The server's counts since the bench began.
    func metrics() throws -> MetricsText { try Self.metrics(of: url).since(counted) }

    static func metrics(of url: String) throws -> MetricsText {
        let page = url.replacingOccurrences(of: "ws:", with: "http:")
            .replacingOccurrences(of: "/v1/duplex", with: "/metrics")
        do { return MetricsText(try PlainHTTP.body(of: page)) } catch {
            throw CommandError(.unavailable, error.told(hasKey: false))
        }
    }
}

enum ProcessTime {
    static var own: Double { of("/proc/self") }

    /// Ticks of all cores since boot: stolen by the host, and in total (proc(5), /proc/stat).
    static var machine: (stolen: Double, ticks: Double) {
        let stat = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        // user, nice, system, idle, iowait, irq, softirq, steal; the later fields are included in these.
        let fields = stat.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8).map { Double($0) ?? 0 }
        return (fields.count > 7 ? fields[7] : 0, fields.reduce(0, +))
    }

    /// User and system time of a process or a thread in seconds. 0 if it is gone.
    static func of(_ folder: String) -> Double {
        let stat = (try? String(contentsOfFile: folder + "/stat", encoding: .utf8)) ?? ""
        // The name in parentheses may contain spaces; utime and stime are the 14th and 15th fields.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(CInt(_SC_CLK_TCK)))
    }
}
