// Properties of the machine.

internal import Glibc

public enum System {
    /// Logical processors that are online; at least 1.
    public static var coreCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
}
