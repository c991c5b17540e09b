// epoll, for sockets that libwebsockets does not know (epoll(7)).

internal import CSystem
internal import Glibc

/// Watches descriptors. One thread.
struct Poller {
    struct Ready {
        let id: UInt64
        let isReadable: Bool
        let isWritable: Bool
    }

    /// How many a call of `ready` tells of: what a turn of the loop does is bounded.
    private static let readyMax = 64

    /// Readable when anything that is watched is ready.
    let descriptor: CInt
    private var events = [epoll_event](repeating: epoll_event(), count: readyMax)

    init?() {
        descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    /// `id` is told when the socket is ready.
    func add(_ socket: CInt, id: UInt64) { control(EPOLL_CTL_ADD, socket, id, EPOLLIN.rawValue) }

    /// Waits for what is said. Neither only tells of its end.
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

    /// What is ready now. Does not wait.
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
