// Explains why a file cannot be read.

internal import Glibc

/// Reasons why a program cannot use a file.
public enum FileTrouble {
    /// Why `path` cannot be read, or nil if it is a readable file.
    public static func readProblem(_ path: String) -> String? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            return errno == EACCES ? denied(path) : "there is no file \(path)"
        }
        if facts.st_mode & S_IFMT == S_IFDIR { return "\(path) is a folder, not a file" }
        return access(path, R_OK) == 0 ? nil : denied(path)
    }

    private static func denied(_ path: String) -> String { "\(path) may not be read: permission denied" }
}
