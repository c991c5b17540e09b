// `duet simulate`: thousands of virtual conversations with the real engine, without weights or sockets.

internal import ArgumentParser
internal import Basics
internal import Foundation
internal import Simulation

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run seeded virtual conversations through the engine and check its promises.")

    @Option(parsing: .unconditional, help: "How many seeds.") var seeds = 100
    @Option(parsing: .unconditional, help: "The first seed.") var first: UInt64 = 1
    @Option(parsing: .unconditional, help: "Virtual seconds a seed.") var seconds = 20.0

    func validate() throws {
        guard seeds > 0, seeds <= 1_000_000 else { throw ValidationError("--seeds must be 1 to 1000000") }
        guard seconds > 0, seconds <= 86_400 else {
            throw ValidationError("--seconds must be above 0 and at most 86400")
        }
    }

    private static func show(_ report: SimulationReport, seed: UInt64) {
        print(
            String(
                format: "seed %llu  sessions %d  refused %d  slices %d  fingerprint %016llx  ", seed, report.sessions,
                report.refused, report.slices, report.fingerprint.value) + report.options)
        for violation in report.violations.prefix(5) { print("  VIOLATION \(violation)") }
    }

    func run() throws {
        let begun = MonotonicClock.now()
        var total = 0.0, slices = 0, violations = 0, all = Fingerprint()
        for seed in first..<first + UInt64(seeds) {
            // One run of the engine alone, one with real protocols.
            for report in [
                SimulationRun.run(seed: seed, seconds: seconds), try CallSimulation.run(seed: seed, seconds: seconds),
            ] {
                Self.show(report, seed: seed)
                total += report.sessionSeconds
                slices += report.slices
                violations += report.violations.count
                all.add(report.fingerprint.value)
            }
        }
        print(String(format: "total  slices %d  violations %d  fingerprint %016llx", slices, violations, all.value))
        let took = Double(MonotonicClock.now().since(begun)) * 1e-9
        FileHandle.standardError.write(
            Data(
                String(
                    format: "%.0f virtual seconds of conversation in %.2f s: %.0f a second\n", total, took, total / took
                ).utf8))
        if violations > 0 { throw ExitCode.failure }
    }
}
