// A socket that listens at one address.

internal import CSystem
internal import Glibc

/// A listening socket.
struct Listener {
    let socket: CInt
    /// As the system reports it, with the port that it chose.
    let address: SocketAddress

    /// The listen backlog. Beyond it, a client's connection attempt is retried by its TCP.
    private static let waitingMax: CInt = 4096

    init(_ wanted: SocketAddress) throws(ServerError) {
        let family = wanted.isIPv6 ? AF_INET6 : AF_INET
        socket = Glibc.socket(
            family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard socket >= 0 else { throw Self.error(wanted, String(cString: strerror(errno))) }
        do throws(ServerError) { address = try Self.bind(socket, wanted) } catch {
            Glibc.close(socket)
            throw error
        }
    }

    /// Listens at every address, all on the same port.
    static func all(_ wanted: [SocketAddress]) throws(ServerError) -> [Listener] {
        // A port that is free at one address may be in use at another.
        let triesMax = wanted.first?.port == 0 && wanted.count > 1 ? 20 : 1
        for attempt in 1...triesMax {
            var listeners: [Listener] = []
            do throws(ServerError) {
                for address in wanted {
                    let port = listeners.first.map(\.address.port) ?? address.port
                    listeners.append(try Listener(address.with(port: port)))
                }
                return listeners
            } catch {
                listeners.forEach { Glibc.close($0.socket) }
                if attempt == triesMax { throw error }
            }
        }
        return []
    }

    private static func bind(_ socket: CInt, _ wanted: SocketAddress) throws(ServerError) -> SocketAddress {
        set(socket, SOL_SOCKET, SO_REUSEADDR)
        // Otherwise `::` also accepts IPv4.
        if wanted.isIPv6 { set(socket, CInt(IPPROTO_IPV6), IPV6_V6ONLY) }
        let bound = wanted.withSystemAddress { Glibc.bind(socket, $0, $1) }
        guard bound == 0, listen(socket, waitingMax) == 0 else {
            throw error(wanted, why(errno))
        }
        guard let address = SocketAddress(boundTo: socket), address.host == wanted.host, address.isIPv6 == wanted.isIPv6
        else { throw error(wanted, "the system bound another address") }
        return address
    }

    private static func why(_ number: CInt) -> String {
        switch number {
        case EADDRINUSE: "the port is taken"
        case EADDRNOTAVAIL: "the address is not ours: nothing of this machine has it"
        case EACCES: "no permission; ports below 1024 are for root alone"
        default: String(cString: strerror(number)).lowercased()
        }
    }

    private static func set(_ socket: CInt, _ level: CInt, _ option: CInt) {
        var one: CInt = 1
        setsockopt(socket, level, option, &one, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func error(_ wanted: SocketAddress, _ why: String) -> ServerError {
        ServerError(description: "cannot listen on \(wanted): \(why)")
    }
}
