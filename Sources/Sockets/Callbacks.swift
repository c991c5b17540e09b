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
    case LWS_CALLBACK_CLOSED: close(socket, state)
    case LWS_CALLBACK_HTTP:
        let path = input.map { String(cString: $0.assumingMemoryBound(to: CChar.self)) } ?? "/"
        return answer(socket, state.routes.http(path))
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
    let request = UpgradeRequest(path: header(socket, WSI_TOKEN_GET_URI) ?? "/", remote: peer(socket))
    guard case .refuse(let response) = state.routes.admit(request) else { return 0 }
    return writeRaw(socket, Array(response.refusal.utf8), LWS_WRITE_HTTP) ? 1 : -1
}

private func open(_ socket: OpaquePointer, _ state: LoopState) {
    let connection = Connection(
        path: header(socket, WSI_TOKEN_GET_URI) ?? "/", query: query(socket),
        remote: peer(socket), loop: state.loop, socket: SocketHandle(pointer: socket),
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
    link.handler.closed()
}

private func receive(
    _ socket: OpaquePointer, _ link: Link, _ input: UnsafeMutableRawPointer?, _ length: Int, _ state: LoopState
) -> CInt {
    let coming = Int(lws_remaining_packet_payload(socket))
    guard link.partial.count + length + coming <= state.configuration.messageBytesMax else {
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

private func hangUp(_ socket: OpaquePointer, _ code: UInt16, _ reason: String) -> CInt {
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
