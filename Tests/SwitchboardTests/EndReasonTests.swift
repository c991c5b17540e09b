// Why a session ended, as the log has it.

import Testing

@testable import Switchboard

@Suite struct EndReasonTests {
    @Test(
        arguments: [
            (nil, "connection_lost"), (1011, "connection_lost"), (1000, "client_closed"), (1001, "client_closed"),
            (1005, "client_closed"), (4000, "client_closed"), (1002, "protocol_error"), (1007, "protocol_error"),
            (1009, "protocol_error"),
        ] as [(UInt16?, String)]) func theCodeOfTheCloseSaysWhy(_ code: UInt16?, _ reason: String)
    {
        #expect(Switchboard.endReason(code) == reason)
    }
}
