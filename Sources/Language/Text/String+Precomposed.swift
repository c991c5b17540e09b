// Unicode normalization.

internal import Foundation

extension String {
    /// In Unicode's form NFC (UAX #15).
    var precomposed: String { precomposedStringWithCanonicalMapping }
}
