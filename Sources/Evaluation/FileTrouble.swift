// Explains why a file cannot be read.

internal import Foundation

/// Reasons why a program cannot use a file.
public enum FileTrouble {
    /// Why `path` cannot be read, or nil if it is a readable file.
    public static func readProblem(_ path: String) -> String? {
        var isFolder: ObjCBool = false
        let files = FileManager.default
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return "there is no file \(path)" }
        if isFolder.boolValue { return "\(path) is a folder, not a file" }
        return files.isReadableFile(atPath: path) ? nil : "\(path) may not be read: permission denied"
    }
}
