// The real-time driver's clock. Nothing below the driver reads it.

internal import Glibc

public enum MonotonicClock {
    /// CLOCK_MONOTONIC.
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
