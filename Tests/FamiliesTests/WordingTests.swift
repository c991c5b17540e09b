// How the bundled family says written text.

import Dialogue
import Testing

@testable import Families

@Suite struct WordingTests {
    @Test func whatCannotBeSaidIsTold() {
        let wording = Bundled.model(slots: 1).wording(of: "say 日本 5")
        #expect(wording.unspoken == "日本" && wording.words.count == 2)
    }
}
