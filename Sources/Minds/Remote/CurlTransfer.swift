// One HTTP request by libcurl: its options and what becomes of it.

internal import Basics
internal import CCurl
internal import CCurlShim

/// A request and its response. Confined to one thread.
final class CurlTransfer {
    private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    let easy: UnsafeMutableRawPointer
    /// Nil for a request outside of sessions.
    let key: TransferKey?
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// Takes the pieces of the body; false ends the transfer.
    var receive: (UnsafeRawBufferPointer) -> Bool = { _ in false }

    init(_ url: String, _ options: RemoteMindOptions, key: TransferKey? = nil) throws(RemoteMindError) {
        guard Self.isInitialised, let easy = curl_easy_init() else { throw .libcurl }
        (self.easy, self.key) = (easy, key)
        text(CURLOPT_URL, url)
        text(CURLOPT_PROTOCOLS_STR, "http,https")
        text(CURLOPT_USERAGENT, "duet")
        // HTTP/1.1: closing a connection is how a server learns that nobody wants the rest.
        number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        number(CURLOPT_CONNECTTIMEOUT_MS, Int(options.connectMilliseconds))
        number(CURLOPT_NOSIGNAL, 1)
        // A slow name server does not hold up the others when a request is given up.
        number(CURLOPT_QUICK_EXIT, 1)
        number(CURLOPT_TCP_KEEPALIVE, 1)
        number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let file = options.certificateFile { text(CURLOPT_CAINFO, file) }
        if let key = options.key { header(key.header) }
        let user = Unmanaged.passUnretained(self).toOpaque()
        _ = shim_curl_set_pointer(easy, CURLOPT_PRIVATE, user)
        _ = shim_curl_set_write(easy, { CurlTransfer.write($0, $1 * $2, $3) }, user)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
    }

    /// Makes it a POST of `json`.
    func post(_ json: String) {
        header("Content-Type: application/json")
        header("Accept: text/event-stream, application/json")
        number(CURLOPT_POSTFIELDSIZE, json.utf8.count)
        text(CURLOPT_COPYPOSTFIELDS, json)
    }

    /// The response's status; 0 before there is one.
    var status: Int { shim_curl_status(easy) }

    /// The transfer that libcurl knows by `easy`.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer {
        Unmanaged<CurlTransfer>.fromOpaque(shim_curl_private(easy)).takeUnretainedValue()
    }

    func end(_ code: CURLcode) -> TransferEnd {
        switch code {
        case CURLE_OK: .complete(status: status, retryAfterSeconds: shim_curl_retry_after(easy))
        case CURLE_COULDNT_CONNECT: .refused
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: .brokeOff
        case CURLE_OPERATION_TIMEDOUT: .connectTimeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .noSuchHost
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: .untrusted
        default: .other(String(cString: curl_easy_strerror(code)))
        }
    }

    // MARK: libcurl

    private static func write(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ user: UnsafeMutableRawPointer?)
        -> Int
    {
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(user!).takeUnretainedValue()
        return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
    }

    /// Options with known names and values of the right type are not refused, short of memory.
    func number(_ option: CURLoption, _ value: Int) {
        let code = shim_curl_set_number(easy, option, value)
        invariant(code == 0, "libcurl refuses option \(option.rawValue)")
    }

    private func text(_ option: CURLoption, _ value: String) {
        let code = shim_curl_set_text(easy, option, value)
        invariant(code == 0, "libcurl refuses option \(option.rawValue)")
    }

    private func header(_ line: String) {
        headers = curl_slist_append(headers, line)
        _ = shim_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
    }
}
