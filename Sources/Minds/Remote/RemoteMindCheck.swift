// Asks a remote mind's server for its models, as a check before serving.

internal import Basics
internal import CCurl
internal import Dialogue
internal import Glibc
internal import Wire

extension RemoteMind {
    /// Milliseconds for the whole check.
    static let checkMillisecondsMax = 2000

    /// Asks the server for its models (GET /models) and waits for at most 2 s.
    public static func check(_ options: RemoteMindOptions) -> RemoteMindState {
        let answer = Answer()
        // On a thread of its own, whose signals are its own.
        let thread = SystemThread.start {
            RemoteLoop.blockBrokenPipes()
            answer.state = ask(options)
        }
        guard let thread else { return .failed(MindFailure(.unreachable, RemoteMindError.libcurl.description)) }
        pthread_join(thread, nil)
        return answer.state
    }

    /// Written by one thread, and read when it has ended.
    private final class Answer: @unchecked Sendable {
        var state = RemoteMindState.ready
    }

    private static func ask(_ options: RemoteMindOptions) -> RemoteMindState {
        guard let transfer = try? CurlTransfer(options.models, options) else {
            return .failed(MindFailure(.unreachable, RemoteMindError.libcurl.description))
        }
        var body: [UInt8] = []
        transfer.receive = { bytes in
            body += bytes
            return body.count < 1 << 20
        }
        transfer.number(CURLOPT_TIMEOUT_MS, checkMillisecondsMax)
        return state(transfer.end(curl_easy_perform(transfer.easy)), body, options)
    }

    static func state(_ end: TransferEnd, _ body: [UInt8], _ options: RemoteMindOptions) -> RemoteMindState {
        switch end {
        // Some servers have chat completions alone.
        case .complete(200, _), .complete(404, _), .complete(405, _): return listed(in: body, options.model)
        case .complete(let status, _):
            let sentence = ServerMessage.sentence(
                "The mind's server answers with status \(status)", ServerMessage.body(body))
            return .failed(MindFailure(.refused, options.key?.hidden(in: sentence) ?? sentence))
        case .connectTimeout:
            return .failed(
                MindFailure(.timeout, "The mind's server does not answer within \(checkMillisecondsMax / 1000) s."))
        default: return .failed(end.failure)
        }
    }

    private static func listed(in body: [UInt8], _ model: String) -> RemoteMindState {
        let list = (try? JSONReader.object(String(decoding: body, as: UTF8.self)))?["data"]?.list ?? []
        let names = list.compactMap { $0["id"]?.text }
        guard let first = names.first, !names.contains(model) else { return .ready }
        return .lacksModel(instead: ServerMessage.clean(first))
    }
}
