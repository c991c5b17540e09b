// The chance of tests: the same in every run.

import Basics

@testable import Wire

extension WireProtocols.Entry {
    func make() -> any WireProtocol {
        var random = Random(seed: 1)
        return make(.standard, &random)
    }
}

extension ResumeTicket {
    static func make() -> ResumeTicket {
        var random = Random(seed: 1)
        return ResumeTicket(seconds: 30, random: &random)
    }
}
