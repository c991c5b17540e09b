// Explains why a server cannot be reached, and what to do about it.

internal import Foundation

extension WebSocketError {
    /// One sentence. `hasKey`: whether the client presented a key.
    public func told(hasKey: Bool) -> String {
        switch self {
        case .unreachable(let why): "no connection to \(why); is the server running? `duet serve` starts one"
        case .refused(let status, let head, let body):
            Self.told(status, Refusal(body), retry: Self.retrySeconds(head), hasKey: hasKey)
        case .badURL, .broken: description
        }
    }

    private struct Refusal {
        var code = "", message = ""
        /// Whether the answer has the format of a Duet server.
        var isFromDuet = false

        init(_ body: String) {
            guard let json = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any],
                let error = json["error"] as? [String: Any]
            else { return }
            (code, message, isFromDuet) = (error["code"] as? String ?? "", error["message"] as? String ?? "", true)
        }
    }

    private static func told(_ status: Int, _ refusal: Refusal, retry: String, hasKey: Bool) -> String {
        switch (status, refusal.code) {
        case (401, _):
            hasKey
                ? "the server does not know this key (--key or DUET_API_KEY)"
                : "the server wants a key (--key or DUET_API_KEY)"
        case (503, "capacity_exhausted"): clause(refusal.message) + retry
        case (503, "server_draining"): "the server is about to stop and takes no more sessions\(retry)"
        case (503, _) where !refusal.isFromDuet:
            "the server is not there: what stands before it answered HTTP 503\(retry)"
        case (429, _): "this address has as many sessions as it may have: \(refusal.message)"
        case (_, _) where refusal.isFromDuet: "the server refused (HTTP \(status)): \(refusal.message)"
        default: "HTTP \(status) instead of a websocket: is that a Duet server?"
        }
    }

    /// A sentence as a part of another.
    private static func clause(_ sentence: String) -> String {
        sentence.prefix(1).lowercased()
            + (sentence.hasSuffix(".") ? sentence.dropFirst().dropLast() : sentence.dropFirst())
    }

    private static func retrySeconds(_ head: String) -> String {
        let line = head.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("retry-after:") }
        let seconds = line?.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        return seconds.map { "; try again in \($0) s" } ?? ""
    }
}
