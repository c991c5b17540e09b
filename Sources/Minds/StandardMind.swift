// Finds the mind that is there out of the box: the file that Scripts/fetch-mind fetches, and what tuning has made of it.

internal import Basics
internal import Foundation

public enum StandardMind {
    static let file = ".weights/minds/SmolLM2-135M-Instruct.Q4_1.gguf"
    static let folder = "Models/mind"

    /// The fetched file and the folder of its tuning; nil if it was not fetched.
    public static func find() -> (path: String, tuning: String?)? {
        let path = PackagePath.find(file)
        return FileManager.default.fileExists(atPath: path) ? (path, tuning(of: path)) : nil
    }

    /// The folder of the file's tuning; nil for other files.
    public static func tuning(of path: String) -> String? {
        let folder = PackagePath.find(folder)
        return isIts(path) && FileManager.default.fileExists(atPath: folder + "/mind.json") ? folder : nil
    }

    /// Whether it is the standard mind's file, by its name.
    public static func isIts(_ path: String) -> Bool { path.hasSuffix((file as NSString).lastPathComponent) }
}
