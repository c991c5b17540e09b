// Waits for signals: SIGTERM and SIGINT end the server, SIGHUP reloads its keys and reopens its log.

internal import Glibc

/// Signals are blocked from the start, so that none is lost and none interrupts a thread. One thread waits for them.
public struct Signals {
    private var set = sigset_t()
    /// Whether closing the terminal ends the program: it has one and does not run under `nohup`.
    private let endsWithTerminal: Bool

    /// Blocks the signals in this thread and in all threads it starts later.
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

    /// Waits for a signal that ends the server. Calls `reload` for each SIGHUP.
    public func waitForEnd(reload: () -> Void) -> CInt {
        while true {
            var set = set, caught: CInt = 0
            sigwait(&set, &caught)
            if isEnd(caught, reload: reload) { return caught }
        }
    }

    /// Waits at most this many milliseconds. Returns true if a signal that ends the server arrives.
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

    /// From now on, SIGTERM and SIGINT end the process at once.
    public func release() {
        signal(SIGHUP, SIG_IGN)
        var set = set
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
