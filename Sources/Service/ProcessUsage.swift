// Resource usage of the process, under Prometheus's standard names.

internal import Glibc

/// Read from /proc.
struct ProcessUsage: Hashable, Sendable {
    var cpuSeconds = 0.0
    /// Seconds since 1970.
    var startTime = 0.0
    var residentBytes = 0
    var virtualBytes = 0
    var threads = 0
    var openDescriptors = 0
    var descriptorsMax = 0

    /// The names that Prometheus's own client libraries use.
    var metrics: [(name: String, value: Double)] {
        [
            ("process_cpu_seconds_total", cpuSeconds), ("process_resident_memory_bytes", Double(residentBytes)),
            ("process_virtual_memory_bytes", Double(virtualBytes)), ("process_open_fds", Double(openDescriptors)),
            ("process_max_fds", Double(descriptorsMax)), ("process_start_time_seconds", startTime),
            ("process_threads", Double(threads)),
        ]
    }

    /// The present values. A value that the system does not report is 0.
    static var now: ProcessUsage {
        let machine = Machine(
            ticksPerSecond: sysconf(CInt(_SC_CLK_TCK)), pageBytes: sysconf(CInt(_SC_PAGESIZE)), startTime: startTime)
        var usage = ProcessUsage(stat: read("/proc/self/stat"), on: machine) ?? ProcessUsage()
        // Do not count the descriptor that lists the folder.
        usage.openDescriptors = max(0, entryCount("/proc/self/fd") - 1)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            usage.descriptorsMax = Int(clamping: limit.rlim_cur)
        }
        return usage
    }

    /// Units and origin of the numbers in /proc.
    struct Machine {
        var ticksPerSecond: Int
        var pageBytes: Int
        /// Boot time, in seconds since 1970.
        var startTime: Int
    }

    /// Parses /proc/PID/stat (proc_pid_stat(5)); nil if the text is malformed.
    init?(stat text: String, on machine: Machine) {
        // The second field is the program's name in parentheses and may contain any character.
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

    /// The machine's boot time, in seconds since 1970.
    private static let startTime: Int = {
        let line = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Int($0.dropFirst(6)) } ?? 0
    }()

    /// Files in /proc report no size, so read to the end.
    static func read(_ path: String) -> String {
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
        // Without the entries `.` and `..`.
        while readdir(folder) != nil { count += 1 }
        return max(0, count - 2)
    }
}
