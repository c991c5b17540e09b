// epoll, for sockets that libwebsockets does not manage (epoll(7)).

internal import CSystem
internal import Glibc

/// Watches descriptors. Use from one thread only.
struct Poller {
    struct Ready {
        let id: UInt64
        let isReadable: Bool
        let isWritable: Bool
    }

    /// Events that one call of `ready` returns at most: this bounds the work of a turn.
    private static let readyMax = 64

    /// Becomes readable when any watched descriptor is ready.
    let descriptor: CInt
    private var events = [epoll_event](repeating: epoll_event(), count: readyMax)

    init?() {
        descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    /// Events of the socket carry `id`.
    func add(_ socket: CInt, id: UInt64) { control(EPOLL_CTL_ADD, socket, id, EPOLLIN.rawValue) }

    /// Watches for the given events. With neither, it still reports errors and hang-ups.
    func change(_ socket: CInt, id: UInt64, reads: Bool, writes: Bool) {
        control(EPOLL_CTL_MOD, socket, id, (reads ? EPOLLIN.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0))
    }

    func remove(_ socket: CInt) { control(EPOLL_CTL_DEL, socket, 0, 0) }

    private func control(_ what: CInt, _ socket: CInt, _ id: UInt64, _ events: UInt32) {
        var event = epoll_event()
        event.events = events
        event.data.u64 = id
        epoll_ctl(descriptor, what, socket, &event)
    }

    /// The descriptors that are ready now. Does not block.
    mutating func ready() -> [Ready] {
        let count = epoll_wait(descriptor, &events, CInt(events.count), 0)
        let ends = EPOLLERR.rawValue | EPOLLHUP.rawValue
        return events.prefix(max(0, Int(count))).map {
            Ready(
                id: $0.data.u64, isReadable: $0.events & (EPOLLIN.rawValue | ends) != 0,
                isWritable: $0.events & (EPOLLOUT.rawValue | ends) != 0)
        }
    }
}
