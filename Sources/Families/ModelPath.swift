// Finds the default model.

internal import Foundation

public enum ModelPath {
    public static let standard = "Models/duet-mini"

    /// `path`, or the same path inside the package that the executable was built in.
    public static func find(_ path: String) -> String {
        if FileManager.default.fileExists(atPath: path + "/config.json") { return path }
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        for _ in 0..<5 {
            let candidate = folder.appendingPathComponent(path).path
            if FileManager.default.fileExists(atPath: candidate + "/config.json") { return candidate }
            folder.deleteLastPathComponent()
        }
        return path
    }
}
