// What the process takes of the machine, by Prometheus's standard names.

internal import Glibc

/// As /proc says.
struct ProcessUsage: Hashable, Sendable {
    var cpuSeconds = 0.0
    /// Seconds since 1970.
    var startTime = 0.0
    var residentBytes = 0
    var virtualBytes = 0
    var threads = 0
    var openDescriptors = 0
    var descriptorsMax = 0

    /// How Prometheus's own clients call them.
    var metrics: [(name: String, value: Double)] {
        [
            ("process_cpu_seconds_total", cpuSeconds), ("process_resident_memory_bytes", Double(residentBytes)),
            ("process_virtual_memory_bytes", Double(virtualBytes)), ("process_open_fds", Double(openDescriptors)),
            ("process_max_fds", Double(descriptorsMax)), ("process_start_time_seconds", startTime),
            ("process_threads", Double(threads)),
        ]
    }

    /// As of now. What the system does not say is 0.
    static var now: ProcessUsage {
        let machine = Machine(
            ticksPerSecond: sysconf(CInt(_SC_CLK_TCK)), pageBytes: sysconf(CInt(_SC_PAGESIZE)), startTime: startTime)
        var usage = ProcessUsage(stat: read("/proc/self/stat"), on: machine) ?? ProcessUsage()
        // The descriptor with which they are counted is none of them.
        usage.openDescriptors = max(0, entryCount("/proc/self/fd") - 1)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            usage.descriptorsMax = Int(clamping: limit.rlim_cur)
        }
        return usage
    }

    /// In what /proc counts.
    struct Machine {
        var ticksPerSecond: Int
        var pageBytes: Int
        /// When it started, in seconds since 1970.
        var startTime: Int
    }

    /// The text of /proc/PID/stat (proc_pid_stat(5)); nil where it is none.
    init?(stat text: String, on machine: Machine) {
        // The second field is the program's name in parentheses, and may hold any character.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst().split(whereSeparator: \.isWhitespace)
        func field(_ number: Int) -> Int? { number - 3 < fields.count ? Int(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22),
            let bytes = field(23), let pages = field(24)
        else { return nil }
        let ticks = Double(machine.ticksPerSecond)
        cpuSeconds = Double(user + system) / ticks
        startTime = Double(machine.startTime) + Double(start) / ticks
        (self.threads, virtualBytes, residentBytes) = (threads, bytes, pages * machine.pageBytes)
    }

    init() {}

    /// Of the machine.
    private static let startTime: Int = {
        let line = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Int($0.dropFirst(6)) } ?? 0
    }()

    /// A file of /proc has no size: it is read to its end.
    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer[..<count]
        }
    }

    private static func entryCount(_ path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var count = 0
        // The first two are the folder and the one above it.
        while readdir(folder) != nil { count += 1 }
        return max(0, count - 2)
    }
}
