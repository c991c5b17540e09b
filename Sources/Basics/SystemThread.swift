// Creates POSIX threads.

public import Glibc

public enum SystemThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body`; the caller must join or detach it. Nil when the system cannot create one.
    public static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &thread, nil,
            { raw in
                Unmanaged<Body>.fromOpaque(raw!).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            return nil
        }
        return thread
    }

    /// The calling thread alone (Linux) yields to the others: its niceness is that of the process, and so much more.
    public static func yield(niceness: Int32) { _ = nice(niceness) }
}
