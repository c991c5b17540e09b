// The signals that a server waits for: two that end it, one that has it read its keys and open its log again.

internal import Glibc

/// Blocked from the start, so that none is lost and none interrupts a thread. One thread asks for them.
public struct Signals {
    private var set = sigset_t()
    /// Whether a terminal that is closed ends the program: it has one, and was not told to outlive it (`nohup`).
    private let endsWithTerminal: Bool

    /// Blocks them for this thread and those that it starts.
    public init() {
        var before = sigaction()
        sigaction(SIGHUP, nil, &before)
        let isIgnored = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == 1
        endsWithTerminal = !isIgnored && Self.hasTerminal
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        if terminal >= 0 { close(terminal) }
        return terminal >= 0
    }

    /// Waits for one that ends the server. `reload` is called for each SIGHUP.
    public func waitForEnd(reload: () -> Void) -> CInt {
        while true {
            var set = set, caught: CInt = 0
            sigwait(&set, &caught)
            if isEnd(caught, reload: reload) { return caught }
        }
    }

    /// Waits for so many milliseconds at most. True where one came that ends the server.
    public func endsWithin(milliseconds: Int, reload: () -> Void) -> Bool {
        var set = set, pause = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        let caught = sigtimedwait(&set, nil, &pause)
        return caught > 0 && isEnd(caught, reload: reload)
    }

    private func isEnd(_ caught: CInt, reload: () -> Void) -> Bool {
        guard caught == SIGHUP, !endsWithTerminal || Self.hasTerminal else { return true }
        reload()
        return false
    }

    /// From here on one that ends the server ends the process at once.
    public func release() {
        signal(SIGHUP, SIG_IGN)
        var set = set
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
