// Why a file cannot be read, in words that its owner would use.

internal import Foundation

/// What keeps a program from a file.
public enum FileTrouble {
    /// Nil where nothing does: `path` is there, no folder, and may be read.
    public static func reading(_ path: String) -> String? {
        var isFolder: ObjCBool = false
        let files = FileManager.default
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return "there is no file \(path)" }
        if isFolder.boolValue { return "\(path) is a folder, not a file" }
        return files.isReadableFile(atPath: path) ? nil : "\(path) may not be read: permission denied"
    }
}
