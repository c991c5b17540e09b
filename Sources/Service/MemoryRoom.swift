// Checks that there is memory for all sessions before any is allocated.

internal import Glibc

/// Memory available to this process, in bytes.
public struct MemoryRoom: Hashable, Sendable {
    /// The machine's `MemAvailable`. Nil if the system does not report it.
    public var machine: Int?
    /// Left in the control group (cgroup v2: memory.max minus memory.current). Nil if it has no limit.
    public var group: Int?
    /// Left in the address space (RLIMIT_AS), minus `reservedBytes`. Nil if it has no limit.
    public var addresses: Int?

    /// Address space that threads, their allocators and libraries reserve but never use.
    public static let reservedBytes = 256 << 20

    /// Nil if `bytes` are available for `what`, otherwise one sentence for the operator.
    public func complaint(need bytes: Int, for what: String) -> String? {
        let rooms = [
            (machine, "the machine"), (group, "its control group"), (addresses, "its address space (ulimit -v)"),
        ]
        for case (let room?, let name) in rooms where bytes > room {
            return
                "\(what): \(Self.megabytes(bytes)) MB of memory are needed, and \(name) has \(Self.megabytes(max(0, room))) MB left"
        }
        return nil
    }

    /// The smallest of the three. Nil if none is known.
    public var least: Int? { [machine, group, addresses].compactMap { $0 }.min() }

    private static func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }

    /// Reads the present values.
    public static var now: MemoryRoom {
        MemoryRoom(
            machine: field("MemAvailable", of: ProcessUsage.read("/proc/meminfo")), group: groupRoom,
            addresses: addressRoom)
    }

    /// The value of a line `name: n kB` in a /proc file, in bytes.
    public static func field(_ name: String, of text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 << 10 }
    }

    private static var groupRoom: Int? {
        let path =
            ProcessUsage.read("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::") }?.dropFirst(3)
            ?? "/"
        func number(_ name: String) -> Int? {
            Int(ProcessUsage.read("/sys/fs/cgroup\(path)/\(name)").prefix { $0.isNumber })
        }
        guard let most = number("memory.max"), let used = number("memory.current") else { return nil }
        return most - used
    }

    private static var addressRoom: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t(bitPattern: -1),
            let used = field("VmSize", of: ProcessUsage.read("/proc/self/status"))
        else { return nil }
        return Int(limit.rlim_cur) - used - reservedBytes
    }
}
