// `duet chat`: talks with a mind in text, in time: what is typed streams in as words while it speaks.

internal import ArgumentParser
internal import Basics
internal import Bench
internal import Callers
internal import Dialogue
internal import Foundation
internal import Glibc
internal import Minds

struct Chat: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with a mind in text, in real time.",
        discussion: """
            A line that you type streams in as words, also while the mind answers: it is interrupted, and keeps what you have \
            heard. Each line of output is a slice of 200 ms in which something happened: you, the mind's decisions, its words.

            In a script, and when standard input is no terminal, a line waits for the answer before it. "+3 wait a moment" is said \
            over the answer's fourth word, "~1.5" waits for so many seconds, "=it is sunny" is the result of the tool that was called.
            """)

    @OptionGroup var mindOptions: MindOptions
    @Option(help: "File of lines to type, for a talk without a keyboard.") var script: String?
    @Option(help: "How the mind is to behave.") var instructions = ""

    func run() throws {
        let mind = try mindOptions.make(sessionsMax: 1) { _, why in
            FileHandle.standardError.write(Data("\(why)\n".utf8))
        }
        guard let mind else {
            throw ValidationError("duet chat needs a mind: --mind with a URL or a GGUF file (docs/minds.md)")
        }
        let talk: ChatTalk
        do {
            talk = try ChatTalk(
                mind, setup: MindSetup(instructions: instructions), rules: mindOptions.rules, at: MonotonicClock.now())
        } catch { throw CommandError(.unavailable, "\(error.message)") }
        if let script {
            try play(read(script), talk)
        } else if isatty(STDIN_FILENO) == 0 {
            let text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
            try play(parse(text, "standard input"), talk)
        } else {
            converse(talk)
        }
    }

    private func read(_ path: String) throws -> ChatScript {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(.input, "--script: \(path) cannot be read")
        }
        return try parse(String(decoding: data, as: UTF8.self), path)
    }

    private func parse(_ text: String, _ path: String) throws -> ChatScript {
        do { return try ChatScript(text) } catch { throw CommandError(.input, "\(path), \(error)") }
    }

    // MARK: Without a keyboard

    private func play(_ script: ChatScript, _ talk: ChatTalk) throws {
        for step in script.steps { perform(step, talk) }
        wait(talk) { talk.isQuiet }
        talk.close(at: MonotonicClock.now())
        let usage = talk.usage
        print(
            "\(usage.turns) turns ended, \(usage.readyTurns) with the answer's first words there; "
                + "\(usage.pieces) pieces of text written, \(usage.wastedPieces) of answers that were taken back")
    }

    private func perform(_ step: ChatScript.Step, _ talk: ChatTalk) {
        switch step {
        case .type(let text):
            wait(talk) { talk.isQuiet }
            talk.type(text)
        case .over(let words, let text):
            let count = talk.spokenCount + words
            wait(talk) { talk.spokenCount >= count || talk.isQuiet }
            talk.type(text)
        case .wait(let milliseconds):
            let end = MonotonicClock.now().advanced(milliseconds: milliseconds)
            wait(talk) { MonotonicClock.now() >= end }
        case .result(let output):
            talk.result(output, at: MonotonicClock.now())
        }
    }

    /// Lets time pass until it is so, at most a minute.
    private func wait(_ talk: ChatTalk, until isSo: () -> Bool) {
        let end = MonotonicClock.now().advanced(milliseconds: 60_000)
        repeat {
            talk.step(at: MonotonicClock.now()).forEach(show)
            usleep(5000)
        } while !isSo() && MonotonicClock.now() < end
    }

    // MARK: With a keyboard

    private func converse(_ talk: ChatTalk) {
        let lines = Mailbox<String?>(countMax: 100)
        _ = SystemThread.start {
            while let line = readLine() { lines.push(line) }
            lines.push(nil, urgent: true)
        }
        print("Type; a line streams in as words. Ctrl-D ends the talk.")
        var typed: [String?] = []
        while true {
            lines.drain(into: &typed)
            for line in typed {
                guard let line else { return }
                enter(line, talk)
            }
            talk.step(at: MonotonicClock.now()).forEach(show)
            usleep(5000)
        }
    }

    /// With a keyboard, only a tool's result is a step of its own.
    private func enter(_ line: String, _ talk: ChatTalk) {
        if line.first == "=" {
            talk.result(String(line.dropFirst()), at: MonotonicClock.now())
        } else {
            talk.type(line)
        }
    }

    // MARK: The timeline

    private func show(_ line: ChatTalk.Line) {
        let time = String(format: "%7.1f", Double(line.milliseconds) / 1000)
        func column(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        print("\(time)  \(column(line.user, 18))│ \(column(line.mind.joined(separator: ", "), 30))│\(line.assistant)")
        fflush(nil)
    }
}
