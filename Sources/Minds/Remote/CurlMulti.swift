// Turns many transfers on one thread (libcurl's multi interface).

internal import Basics
internal import CCurl
internal import CCurlShim

/// Transfers in progress, and connections that are kept for the next ones. Confined to one thread, except for `wake`.
final class CurlMulti {
    private static let connectionsKeptMax = 256

    private let multi: UnsafeMutableRawPointer

    init() throws(RemoteMindError) {
        guard let multi = curl_multi_init() else { throw .libcurl }
        self.multi = multi
        let code = shim_curl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, Self.connectionsKeptMax)
        invariant(code == 0, "libcurl refuses a limit of connections")
    }

    deinit { curl_multi_cleanup(multi) }

    func add(_ transfer: CurlTransfer) {
        let code = curl_multi_add_handle(multi, transfer.easy)
        invariant(code == CURLM_OK, "libcurl takes no transfer: \(code.rawValue)")
    }

    /// Ends the transfer. If it is in progress, its connection is closed now; otherwise the connection is kept.
    func remove(_ transfer: CurlTransfer) {
        let code = curl_multi_remove_handle(multi, transfer.easy)
        invariant(code == CURLM_OK, "libcurl keeps a transfer: \(code.rawValue)")
    }

    /// Moves all transfers on as far as they go without waiting.
    func perform() {
        var running: CInt = 0
        let code = curl_multi_perform(multi, &running)
        invariant(code == CURLM_OK, "libcurl fails: \(code.rawValue)")
    }

    /// The next transfer that has ended, with libcurl's result; nil when there is none.
    func nextEnded() -> (CurlTransfer, CURLcode)? {
        var result: CInt = 0
        guard let easy = shim_curl_multi_ended(multi, &result) else { return nil }
        return (CurlTransfer.of(easy), CURLcode(UInt32(result)))
    }

    /// Waits until something comes, `wake` is called, or `milliseconds` have passed.
    func wait(milliseconds: Int) {
        let code = curl_multi_poll(multi, nil, 0, CInt(min(milliseconds, 60_000)), nil)
        invariant(code == CURLM_OK, "libcurl cannot wait: \(code.rawValue)")
    }

    /// Ends a wait, or the next one. From any thread.
    func wake() { curl_multi_wakeup(multi) }
}
