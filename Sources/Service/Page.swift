// Serves the web page at `/` from memory; its files need no build step.

internal import Foundation
internal import Sockets
internal import Wire

/// The files that a browser loads to talk.
struct Page: Sendable {
    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    ]
    /// Allows no external or inline resources, and of the devices only the microphone.
    private static let headers = [
        "cache-control": "no-cache",
        "content-security-policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "permissions-policy": "microphone=(self), screen-wake-lock=(self), camera=(), geolocation=()",
        "referrer-policy": "no-referrer", "x-content-type-options": "nosniff",
    ]

    /// By path; `/` is `index.html`.
    private let files: [String: HTTPResponse]
    /// In development: the folder to read again for every request.
    private let folder: String?

    /// Where the build puts the files, beside the program.
    private static let bundled = Bundle.main.bundlePath + "/duet_Service.resources/Page"

    /// `folder` replaces the bundled files and is read for every request. A program moved without its files serves all but the
    /// page.
    init(folder: String? = nil) throws {
        self.folder = folder
        guard folder != nil || FileManager.default.fileExists(atPath: Self.bundled) else {
            Log.warning("there is no page: its files are not beside the program", [("missing", .string(Self.bundled))])
            files = [:]
            return
        }
        files = try Self.read(folder ?? Self.bundled)
        guard files["/"] != nil else { throw PageError(description: "no page: index.html is missing") }
    }

    func answer(_ path: String) -> HTTPResponse? {
        guard let folder else { return files[path] }
        do { return try Self.read(folder)[path] } catch { return HTTPResponse(status: 503, body: "\(error)\n") }
    }

    private static func read(_ folder: String) throws -> [String: HTTPResponse] {
        var files: [String: HTTPResponse] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard let type = types[String(name.split(separator: ".").last ?? "")] else { continue }
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            files[name == "index.html" ? "/" : "/" + name] = HTTPResponse(type: type, body: text, headers: headers)
        }
        return files
    }
}

struct PageError: Error, CustomStringConvertible {
    let description: String
}
