// The synthesizers' command lines, where they are installed.

import Foundation
import Testing

@testable import Evaluation

@Suite struct VoicesTests {
    @Test func commandsCarryTheVoice() {
        var voice = Voice(.espeak, "gmw/en-US+rob")
        (voice.pitch, voice.rate) = (60, 150)
        let command = Voices.command("hello", voice, path: "x.wav")
        #expect(command.contains("gmw/en-US+rob") && command.contains("60") && command.contains("150"))
        var slow = Voice(.flite, "awb")
        slow.stretch = 1.5
        #expect(Voices.command("hello", slow, path: "x.wav").contains("duration_stretch=1.5"))
    }

    @Test(.enabled(if: Program.isInstalled("flite"))) func aClipIsTrimmedAndKept() throws {
        let folder = NSTemporaryDirectory() + "duet-voices-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let voices = try Voices(folder: folder)
        let clip = try voices.speech("good morning", Voice(.flite, "awb"))
        #expect((8000...24_000).contains(clip.count))
        #expect(try voices.speech("good morning", Voice(.flite, "awb")) == clip)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }

    @Test(.enabled(if: Program.isInstalled("flite"))) func anUnknownVoiceIsRefusedBeforeAnybodySpeaks() throws {
        var scene = Rehearsal.scene([.request()])
        scene.voice = Voice(.flite, "nobody")
        #expect(throws: VoiceError.self) { try Voices.check([scene]) }
        scene.voice = Voice(.flite, "awb")
        try Voices.check([scene])
    }
}
