// CPU time of the calling thread: measurements that other load on the machine does not distort.

internal import Glibc

public enum ThreadClock {
    /// CLOCK_THREAD_CPUTIME_ID, in seconds.
    public static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
