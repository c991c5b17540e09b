// libwebsockets' callbacks, turned into calls on Connection and its handler.

internal import CShim
internal import CWebSockets
internal import Glibc
internal import Wire

/// What the socket thread owns; reached from the C callback through the context's user pointer.
final class LoopState {
    let loop: ServiceLoop
    let configuration: ServerConfiguration
    let routes: ServerRoutes
    /// Live connections, so that a stop can close them.
    var links: [ObjectIdentifier: Link] = [:]
    /// Plain requests whose bodies are still coming.
    var requests: [OpaquePointer: HTTPRequest] = [:]
    /// Set in a turn in which somebody wanted to write.
    var hasMoreToWrite = false

    init(loop: ServiceLoop, configuration: ServerConfiguration, routes: ServerRoutes) {
        self.loop = loop
        self.configuration = configuration
        self.routes = routes
    }
}

/// Lives from ESTABLISHED to CLOSED as the socket's opaque user data.
final class Link {
    let connection: Connection
    let handler: any ConnectionHandler
    var partial: [UInt8] = []
    /// The code of the first close frame, either way.
    var code: UInt16?

    init(connection: Connection, handler: any ConnectionHandler) {
        self.connection = connection
        self.handler = handler
    }
}

func duetCallback(
    socket: OpaquePointer?, reason: lws_callback_reasons, user: UnsafeMutableRawPointer?,
    input: UnsafeMutableRawPointer?,
    length: Int
) -> CInt {
    guard let socket, let context = lws_get_context(socket), let raw = lws_context_user(context) else { return 0 }
    let state = Unmanaged<LoopState>.fromOpaque(raw).takeUnretainedValue()
    switch reason {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        state.loop.drain()
        state.hasMoreToWrite = true
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return confirm(socket, state)
    case LWS_CALLBACK_ESTABLISHED: open(socket, state)
    case LWS_CALLBACK_RECEIVE: return link(of: socket).map { receive(socket, $0, input, length, state) } ?? 0
    case LWS_CALLBACK_SERVER_WRITEABLE: return link(of: socket).map { write(socket, $0) } ?? 0
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return link(of: socket).map { farewell($0, input, length) } ?? 0
    case LWS_CALLBACK_CLOSED: close(socket, state)
    case LWS_CALLBACK_HTTP: return request(socket, state)
    case LWS_CALLBACK_HTTP_BODY: return body(socket, input, length, state)
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return state.requests.removeValue(forKey: socket).map { answer(socket, state.routes.http($0)) } ?? 0
    case LWS_CALLBACK_CLOSED_HTTP: state.requests[socket] = nil
    default: return lws_callback_http_dummy(socket, reason, user, input, length)
    }
    return 0
}

private func link(of socket: OpaquePointer) -> Link? {
    lws_get_opaque_user_data(socket).map { Unmanaged<Link>.fromOpaque($0).takeUnretainedValue() }
}

/// Less than 0 hangs up, more than 0 means answered already, 0 goes on.
private func confirm(_ socket: OpaquePointer, _ state: LoopState) -> CInt {
    // libwebsockets 4.1.6 comes here even for an unknown Upgrade that it has already answered with 403. The headers are
    // freed by then and going on reads freed memory: only hanging up is safe.
    guard let kind = header(socket, WSI_TOKEN_UPGRADE), kind.lowercased() == "websocket" else { return -1 }
    guard case .refuse(let response) = state.routes.admit(upgrade(socket)) else { return 0 }
    return writeRaw(socket, Array(response.refusal.utf8), LWS_WRITE_HTTP) ? 1 : -1
}

private func open(_ socket: OpaquePointer, _ state: LoopState) {
    let connection = Connection(
        upgrade(socket), loop: state.loop, socket: SocketHandle(pointer: socket),
        bytesMax: state.configuration.outboxBytesMax)
    let link = Link(connection: connection, handler: state.routes.open(connection))
    state.links[ObjectIdentifier(link)] = link
    lws_set_opaque_user_data(socket, Unmanaged.passRetained(link).toOpaque())
}

private func close(_ socket: OpaquePointer, _ state: LoopState) {
    guard let raw = lws_get_opaque_user_data(socket) else { return }
    lws_set_opaque_user_data(socket, nil)
    let link = Unmanaged<Link>.fromOpaque(raw).takeRetainedValue()
    state.links[ObjectIdentifier(link)] = nil
    link.connection.detach()
    link.handler.closed(code: link.code)
}

private func receive(
    _ socket: OpaquePointer, _ link: Link, _ input: UnsafeMutableRawPointer?, _ length: Int, _ state: LoopState
) -> CInt {
    let coming = Int(lws_remaining_packet_payload(socket))
    let bytesMax = link.handler.messageBytesMax ?? state.configuration.messageBytesMax
    guard link.partial.count + length + coming <= bytesMax else {
        return hangUp(socket, 1009, "message too large")
    }
    let piece = UnsafeRawBufferPointer(start: input, count: input == nil ? 0 : length)
    let isWhole = lws_is_final_fragment(socket) != 0 && coming == 0
    guard isWhole, link.partial.isEmpty else {
        link.partial.append(contentsOf: piece)
        guard isWhole else { return 0 }
        defer { link.partial = [] }
        return pass(socket, link, link.partial)
    }
    return pass(socket, link, Array(piece))
}

private func pass(_ socket: OpaquePointer, _ link: Link, _ message: [UInt8]) -> CInt {
    if lws_frame_is_binary(socket) != 0 {
        link.handler.received(binary: message)
    } else {
        guard let text = String(validating: message, as: UTF8.self) else {
            return hangUp(socket, 1007, "invalid UTF-8")
        }
        link.handler.received(text: text)
    }
    return 0
}

/// A client's close: empty, or a code with a reason in UTF-8 (RFC 6455 §5.5.1), which libwebsockets answers. It would send any other
/// back as it came; its connection is dropped.
private func farewell(_ link: Link, _ input: UnsafeMutableRawPointer?, _ length: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: input, count: input == nil ? 0 : length)
    let isSound = bytes.count != 1 && String(validating: bytes.dropFirst(2), as: UTF8.self) != nil
    let code = bytes.count >= 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 1005
    if link.code == nil { link.code = isSound ? code : 1002 }
    return isSound ? 0 : -1
}

private func hangUp(_ socket: OpaquePointer, _ code: UInt16, _ reason: String) -> CInt {
    if let link = link(of: socket), link.code == nil { link.code = code }
    // RFC 6455 §5.5: a control frame carries at most 125 bytes, two of them the code.
    var bytes = Array(reason.utf8.prefix(123))
    let count = bytes.count
    bytes.withUnsafeMutableBufferPointer {
        lws_close_reason(socket, lws_close_status(UInt32(code)), $0.baseAddress, count)
    }
    return -1
}

/// Writes what waits, as long as the system takes it without keeping any back.
private func write(_ socket: OpaquePointer, _ link: Link) -> CInt {
    while case .message(let message, let more) = link.connection.next() {
        let sent: Bool
        switch message {
        case .text(let text): sent = writeRaw(socket, Array(text.utf8), LWS_WRITE_TEXT)
        case .binary(let bytes): sent = writeRaw(socket, bytes, LWS_WRITE_BINARY)
        case .close(let code, let reason): return hangUp(socket, code, reason)
        }
        guard sent else { return -1 }
        guard more else { break }
        if lws_send_pipe_choked(socket) != 0 {
            lws_callback_on_writable(socket)
            break
        }
    }
    return 0
}

private func writeRaw(_ socket: OpaquePointer, _ bytes: [UInt8], _ kind: lws_write_protocol) -> Bool {
    let headroom = shim_lws_pre()
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: headroom + bytes.count) { frame in
        for i in 0..<headroom { frame[i] = 0 }
        for (i, byte) in bytes.enumerated() { frame[headroom + i] = byte }
        return lws_write(socket, frame.baseAddress! + headroom, bytes.count, kind) >= CInt(bytes.count)
    }
}

/// A plain request: answered at once, or when its body is there.
private func request(_ socket: OpaquePointer, _ state: LoopState) -> CInt {
    let uris = [("GET", WSI_TOKEN_GET_URI), ("POST", WSI_TOKEN_POST_URI), ("HEAD", WSI_TOKEN_HEAD_URI)]
    let found = uris.lazy.compactMap { method, token in header(socket, token).map { (method, $0) } }.first
    let request = HTTPRequest(
        method: found?.0 ?? "OTHER", path: found?.1 ?? "/", headers: headers(socket, UpgradeRequest.headerNames))
    let hasBody = header(socket, WSI_TOKEN_HTTP_CONTENT_LENGTH).flatMap { Int($0) } ?? 0 > 0
    guard found?.0 == "POST", hasBody else { return answer(socket, state.routes.http(request)) }
    state.requests[socket] = request
    return 0
}

/// A piece of a request's body.
private func body(
    _ socket: OpaquePointer, _ input: UnsafeMutableRawPointer?, _ length: Int, _ state: LoopState
) -> CInt {
    guard let request = state.requests[socket] else { return 0 }
    guard request.body.count + length <= state.configuration.messageBytesMax else {
        state.requests[socket] = nil
        return writeRaw(
            socket, Array(HTTPResponse(status: 413, body: "The body is too long.\n").refusal.utf8), LWS_WRITE_HTTP)
            ? 1 : -1
    }
    state.requests[socket]!.body += UnsafeRawBufferPointer(start: input, count: input == nil ? 0 : length)
    return 0
}

private func upgrade(_ socket: OpaquePointer) -> UpgradeRequest {
    let offered = header(socket, WSI_TOKEN_PROTOCOL)?.split(separator: ",") ?? []
    return UpgradeRequest(
        path: header(socket, WSI_TOKEN_GET_URI) ?? "/", query: query(socket), remote: peer(socket),
        subprotocols: offered.map { $0.drop { $0 == " " }.description },
        headers: headers(socket, UpgradeRequest.headerNames))
}

private func answer(_ socket: OpaquePointer, _ response: HTTPResponse) -> CInt {
    let headroom = shim_lws_pre(), headerMax = 2048
    var buffer = [UInt8](repeating: 0, count: headroom + headerMax)
    let headed = buffer.withUnsafeMutableBufferPointer { buffer -> Bool in
        let start = buffer.baseAddress! + headroom, end = start + headerMax
        var cursor: UnsafeMutablePointer<UInt8>? = start
        guard
            lws_add_http_common_headers(
                socket, UInt32(response.status), response.type, UInt64(response.body.utf8.count), &cursor, end) == 0
        else { return false }
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) {
            let name = name + ":"
            let added = value.withCString { text in
                text.withMemoryRebound(to: UInt8.self, capacity: value.utf8.count) {
                    lws_add_http_header_by_name(socket, name, $0, CInt(value.utf8.count), &cursor, end)
                }
            }
            guard added == 0 else { return false }
        }
        return lws_finalize_write_http_header(socket, start, &cursor, end) == 0
    }
    guard headed, writeRaw(socket, Array(response.body.utf8), LWS_WRITE_HTTP_FINAL) else { return 1 }
    return lws_http_transaction_completed(socket) != 0 ? -1 : 0
}

/// libwebsockets has tokens for some, and the others by name.
private func headers(_ socket: OpaquePointer, _ names: [String]) -> [String: String] {
    let tokens = ["authorization": WSI_TOKEN_HTTP_AUTHORIZATION, "host": WSI_TOKEN_HOST]
    var found: [String: String] = [:]
    for name in names { found[name] = tokens[name].map { header(socket, $0) } ?? customHeader(socket, name + ":") }
    return found
}

private func customHeader(_ socket: OpaquePointer, _ name: String) -> String? {
    let length = lws_hdr_custom_length(socket, name, CInt(name.utf8.count))
    guard length > 0 else { return nil }
    var text = [CChar](repeating: 0, count: Int(length) + 1)
    guard lws_hdr_custom_copy(socket, &text, length + 1, name, CInt(name.utf8.count)) > 0 else { return nil }
    return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func header(_ socket: OpaquePointer, _ token: lws_token_indexes) -> String? {
    let length = lws_hdr_total_length(socket, token)
    guard length > 0 else { return nil }
    var text = [CChar](repeating: 0, count: Int(length) + 1)
    guard lws_hdr_copy(socket, &text, length + 1, token) > 0 else { return nil }
    return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// libwebsockets keeps it in pieces, parted where an `&` was.
private func query(_ socket: OpaquePointer) -> String {
    var pieces: [String] = []
    while case let length = lws_hdr_fragment_length(socket, WSI_TOKEN_HTTP_URI_ARGS, CInt(pieces.count)), length > 0 {
        var text = [CChar](repeating: 0, count: Int(length) + 1)
        guard lws_hdr_copy_fragment(socket, &text, length + 1, WSI_TOKEN_HTTP_URI_ARGS, CInt(pieces.count)) > 0 else {
            break
        }
        pieces.append(String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return pieces.joined(separator: "&")
}

private func peer(_ socket: OpaquePointer) -> String {
    var text = [CChar](repeating: 0, count: 64)
    lws_get_peer_simple(socket, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
