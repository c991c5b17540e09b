// Finds the default model.

internal import Basics

public enum ModelPath {
    public static let standard = "Models/duet-mini"

    /// `path`, or the same path inside the package that the executable was built in.
    public static func find(_ path: String) -> String {
        let config = "/config.json"
        return String(PackagePath.find(path + config).dropLast(config.count))
    }
}
