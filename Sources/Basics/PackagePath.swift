// Finds files of the package that the executable was built in.

internal import Foundation

public enum PackagePath {
    /// `path` if it exists, or else the same path inside the package of the executable.
    public static func find(_ path: String) -> String {
        if FileManager.default.fileExists(atPath: path) { return path }
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        for _ in 0..<5 {
            let candidate = folder.appendingPathComponent(path).path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return path
    }
}
