// Levels, clips, disturbances, channels, rooms: what reaches the microphone and the wire.

import Basics
import Foundation
import Testing

@testable import Evaluation

@Suite struct SoundTests {
    private func tone(_ hertz: Double, seconds: Double = 0.5, amplitude: Float = 0.1) -> [Float] {
        (0..<Int(seconds * 16_000)).map { amplitude * Float(sin(2 * .pi * hertz * Double($0) / 16_000)) }
    }

    private func decibels(_ samples: [Float]) -> Double { 20 * log10(Double(Signal.rms(samples))) }

    private func pass(_ shape: ChannelShape, _ samples: [Float], floor: Double = -90) throws -> [Float] {
        var channel = try Channel(shape, level: -23, floor: floor, random: Random(seed: 1))
        return try stride(from: 0, to: samples.count - 319, by: 320).flatMap {
            try channel.pass(Array(samples[$0..<$0 + 320]))
        }
    }

    @Test func levelsAreRMS() {
        #expect(abs(decibels(Signal.level(tone(440), -24)) + 24) < 1e-3)
    }

    @Test func silenceAroundSpeechIsTrimmedAndWithinItKept() {
        let quiet = [Float](repeating: 0.0001, count: 1600)
        let clip = quiet + tone(300, seconds: 0.2) + quiet + tone(300, seconds: 0.2) + quiet
        #expect(Signal.trim(clip).count == 3200 + 1600 + 3200)
    }

    @Test func aHesitationIsPutWhereTheClipIsQuietest() {
        let samples = tone(300, seconds: 1) + [Float](repeating: 0, count: 800) + tone(300, seconds: 0.9)
        let clip = Clip(samples).hesitating(.init(at: 0.5, seconds: 0.5))
        #expect(clip.samples.count == samples.count + 8000)
        #expect(abs(clip.pause!.start - 1.02) < 0.03 && abs(clip.pause!.end - clip.pause!.start - 0.5) < 1e-9)
    }

    @Test func aHesitationOfAClipTooShortForItChangesNothing() {
        #expect(Clip([0.1, 0.2]).hesitating(.init(at: 0.5, seconds: 1)).samples == [0.1, 0.2])
    }

    @Test(arguments: SceneTurn.Sound.allCases) func everySoundLastsAsLongAsSaidAndIsTheSameForTheSameSeed(
        _ sound: SceneTurn.Sound
    ) {
        var random = Random(seed: 3), again = Random(seed: 3)
        let speech = tone(200, seconds: 2)
        let x = Disturbance.make(sound, seconds: 0.8, speech: speech, random: &random)
        #expect(x == Disturbance.make(sound, seconds: 0.8, speech: speech, random: &again))
        #expect(x.count == 12_800 && Signal.rms(x) > 0.001 && x.allSatisfy(\.isFinite))
    }

    @Test func aPlainChannelAddsItsFloorAlone() throws {
        #expect(abs(decibels(try pass(ChannelShape(), tone(440))) + 23) < 0.1)
        let silence = [Float](repeating: 0, count: 16_000)
        #expect(abs(decibels(try pass(ChannelShape(), silence, floor: -50)) + 50) < 0.3)
        #expect(abs(decibels(try pass(ChannelShape(snr: 10), silence)) + 33) < 0.3)
    }

    @Test func aTelephoneKeepsItsBand() throws {
        let shape = ChannelShape(telephone: true)
        #expect(decibels(try pass(shape, tone(1000))) > -24)
        #expect(decibels(try pass(shape, tone(60))) < -45)
        #expect(decibels(try pass(shape, tone(6000))) < -35)
    }

    @Test func peaksAreClippedAtTheAmplitudeThatIsNamed() throws {
        var random = Random(seed: 1)
        let speech = Signal.level((0..<16_000).map { _ in random.normal() }, -23)
        let x = try pass(ChannelShape(clip: 0.1), speech), peaks = x.filter { abs($0) == 0.1 }.count
        #expect(x.map(abs).max() == 0.1 && peaks > x.count / 100 && peaks < x.count / 5)
    }

    @Test func opusKeepsLengthAndLoudnessAndConcealsWhatIsLost() throws {
        let speech = tone(300, seconds: 2)
        for shape in [ChannelShape(opus: 8000), ChannelShape(opus: 16_000, loss: 0.05), ChannelShape(loss: 0.2)] {
            let x = try pass(shape, speech)
            #expect(x.count == speech.count)
            #expect(abs(decibels(Array(x.dropFirst(1600))) + 23) < 4)
        }
        let lost = try pass(ChannelShape(loss: 1), speech)
        #expect(lost.count == speech.count && Signal.rms(lost) < 0.01)
    }

    @Test func anEchoComesBackLaterAndSofter() {
        var random = Random(seed: 1)
        var path = EchoPath(EchoShape(gain: -20, delay: 0.1, room: 0), random: &random)
        path.play(tone(500, seconds: 0.5), silenceBefore: 1600)
        let back = (0..<50).flatMap { path.pick(320, at: $0 * 320) }
        #expect(back.firstIndex { abs($0) > 1e-4 }.map { abs($0 - 3200) < 10 } == true)
        #expect(abs(decibels(Array(back[3200..<11_200])) + 43) < 0.2)
        #expect(back[11_300...].allSatisfy { $0 == 0 })
    }

    @Test func aRoomDecaysBySixtyDecibels() {
        var random = Random(seed: 2), room = Room(seconds: 0.2, random: &random)
        let response = (0..<4000).map { room.process($0 == 0 ? 1 : 0) }
        #expect(abs(response.reduce(0) { $0 + $1 * $1 } - 1) < 0.25)
        #expect(response[3200...].allSatisfy { $0 == 0 })
        #expect(Signal.rms(Array(response[2400..<3200])) < 0.1 * Signal.rms(Array(response[0..<800])))
    }
}
