public import Basics
public struct SimulationReport: Sendable { public var sessions = 0, slices = 0; public var sessionSeconds = 0.0; public var fingerprint = Fingerprint(); public var violations: [String] = [] }
public enum SimulationRun { public static func run(seed: UInt64, seconds: Double) -> SimulationReport { SimulationReport() } }
