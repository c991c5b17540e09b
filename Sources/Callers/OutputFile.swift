// Checks a command's output files and folders before the work starts, and explains problems in one sentence.

public import Foundation
internal import Glibc

/// Where a command's results go.
public enum OutputFile {
    /// Throws if `path` cannot be written. Leaves existing files unchanged and creates none.
    public static func check(_ path: String) throws(CommandError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { throw CommandError(.output, "cannot write \(path): it is a folder") }
            if access(path, W_OK) != 0 { throw trouble(path) }
        } else {
            close(try open(path))
            unlink(path)
        }
    }

    /// Throws if two outputs are the same file, or one is the `input`: it would be lost.
    public static func checkDistinct(_ outputs: [String], input: String? = nil) throws(CommandError) {
        func real(_ path: String) -> String {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        }
        var seen = Set(input.map { [real($0)] } ?? [])
        for path in outputs where !seen.insert(real(path)).inserted {
            throw CommandError(.output, "cannot write \(path): it is the input, or another output of this command")
        }
    }

    public static func write(_ data: Data, to path: String) throws(CommandError) {
        let file = try open(path), bytes = [UInt8](data)
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw trouble(path) }
            done += count
        }
    }

    /// Creates the folder and its parents if missing. Throws if no file can be created in it.
    public static func folder(_ path: String) throws(CommandError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw CommandError(.output, "cannot make the folder \(path)" + parent(of: path))
        }
        try check(path + "/.duet-\(getpid())")
    }

    private static func open(_ path: String) throws(CommandError) -> CInt {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw trouble(path) }
        return file
    }

    /// The error of the last system call.
    private static func trouble(_ path: String) -> CommandError {
        let why = String(cString: strerror(errno)).lowercased(), place = parent(of: path)
        return CommandError(.output, "cannot write \(path)" + (place.isEmpty ? ": \(why)" : place))
    }

    /// Explains that the parent folder of `path` is the problem, if it is.
    private static func parent(of path: String) -> String {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            return ": there is no folder \(folder)"
        }
        return isFolder.boolValue ? "" : ": \(folder) is no folder"
    }
}
