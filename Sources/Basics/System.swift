// What the machine has.

internal import Glibc

public enum System {
    /// Logical processors that are online.
    public static var coreCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
}
