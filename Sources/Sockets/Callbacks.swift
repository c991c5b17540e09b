// Turns libwebsockets' callbacks into calls on Connection and its handler.

internal import Basics
internal import CWebSocketsShim
internal import CWebSockets
internal import Glibc
internal import Wire

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
    case LWS_CALLBACK_RAW_RX_FILE: state.isFrontReady = true
    case LWS_CALLBACK_ESTABLISHED: open(socket, state)
    case LWS_CALLBACK_RECEIVE: return link(of: socket).map { receive(socket, $0, input, length, state) } ?? 0
    case LWS_CALLBACK_SERVER_WRITEABLE: return link(of: socket).map { write(socket, $0) } ?? 0
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return link(of: socket).map { farewell($0, input, length) } ?? 0
    case LWS_CALLBACK_CLOSED: close(socket, state)
    default: return lws_callback_http_dummy(socket, reason, user, input, length)
    }
    return 0
}

private func link(of socket: OpaquePointer) -> Link? {
    lws_get_opaque_user_data(socket).map { Unmanaged<Link>.fromOpaque($0).takeUnretainedValue() }
}

/// Called only for sockets that the front hands over, one at a time.
private func open(_ socket: OpaquePointer, _ state: LoopState) {
    guard let request = state.joining else { return }
    let connection = Connection(
        request, loop: state.loop, socket: SocketHandle(pointer: socket),
        bytesMax: state.configuration.outboxBytesMax)
    let link = Link(connection: connection, handler: state.routes.open(connection), at: MonotonicClock.now())
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
        return hangUp(socket, 1009, "message too large: at most \(bytesMax) bytes")
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

/// Checks a client's close frame: empty, or a code with a reason in UTF-8 (RFC 6455 §5.5.1). libwebsockets answers a valid one; an
/// invalid one it would echo unchanged, so the connection is dropped instead.
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

/// Writes queued messages until the socket would block.
private func write(_ socket: OpaquePointer, _ link: Link) -> CInt {
    if link.takePing() { guard writeRaw(socket, [], LWS_WRITE_PING) else { return -1 } }
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
