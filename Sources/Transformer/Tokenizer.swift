// Text pieces and their numbers.

internal import Foundation

/// Pieces of text; words begin with a space. Encoding takes the longest piece that fits, again and again.
public struct Tokenizer: Sendable {
    /// A place in the tree of pieces, and the character that leads on from it.
    private struct Step: Hashable {
        let node: Int32, character: Int32
    }

    public let pieces: [String]
    /// Pieces below this are control tokens without text.
    public let controlCount: Int
    /// The characters of all pieces. Characters that look the same are one (Unicode's canonical equivalence), as in Swift's strings.
    private let characters: [Character: Int32]
    /// Scalars of the longest of them when it is decomposed, which makes no character shorter. To look up longer ones would take more
    /// time than their length tells.
    private let scalarsMax: Int
    /// Those of one byte, by it.
    private let bytes: [Int32]
    /// What begins like a piece, as a tree: node 0 is the empty text. The steps from node n are those from `firsts[n]` to before
    /// `firsts[n + 1]`, in the order of their characters.
    private let firsts: [Int]
    private let steps: [Int32]
    /// The node to which each step leads.
    private let targets: [Int32]
    /// By node, the piece that ends there; -1 where none does.
    private let ends: [Int32]

    public init(pieces: [String], controlCount: Int) {
        self.pieces = pieces
        self.controlCount = controlCount
        var characters: [Character: Int32] = [:], steps: [Step: Int32] = [:], ends: [Int32] = [-1]
        for (token, piece) in zip(0..., pieces).dropFirst(controlCount) where !piece.isEmpty {
            var node: Int32 = 0
            for character in piece {
                let number = characters[character] ?? Int32(characters.count)
                characters[character] = number
                let step = Step(node: node, character: number)
                if steps[step] == nil {
                    steps[step] = Int32(ends.count)
                    ends.append(-1)
                }
                node = steps[step]!
            }
            // Of two that are equal the first counts.
            if ends[Int(node)] < 0 { ends[Int(node)] = Int32(token) }
        }
        let sorted = steps.sorted { ($0.key.node, $0.key.character) < ($1.key.node, $1.key.character) }
        var firsts = [Int](repeating: 0, count: ends.count + 1)
        for step in sorted { firsts[Int(step.key.node) + 1] += 1 }
        for node in ends.indices { firsts[node + 1] += firsts[node] }
        (self.firsts, self.steps, targets) = (firsts, sorted.map(\.key.character), sorted.map(\.value))
        (self.characters, self.ends) = (characters, ends)
        let decomposed = characters.keys.map { String($0).decomposedStringWithCanonicalMapping.unicodeScalars.count }
        scalarsMax = decomposed.max() ?? 0
        bytes = (0..<128).map { characters[Character(Unicode.Scalar(UInt8($0)))] ?? -1 }
    }

    /// Reads `{"pieces": [...]}`; the first two are idle and end.
    public init(path: String) throws(ModelError) {
        struct File: Decodable { var pieces: [String] }
        guard let data = FileManager.default.contents(atPath: path) else { throw ModelError("\(path) is missing") }
        guard let file = try? JSONDecoder().decode(File.self, from: data), file.pieces.count > 2 else {
            throw ModelError("\(path) is not a tokenizer: expected {\"pieces\": [...]}")
        }
        self.init(pieces: file.pieces, controlCount: 2)
    }

    /// The text of one token; empty for control tokens and numbers that are none.
    public func text(_ token: Int32) -> String {
        let i = Int(token)
        return pieces.indices.contains(i) && i >= controlCount ? pieces[i] : ""
    }

    /// Tokens of lower-case words. Characters that no piece holds are left out. The time that it takes grows with the text's length,
    /// times the longest piece's.
    public func encode(_ text: String) -> [Int32] {
        let numbers = numbers(text)
        var tokens: [Int32] = [], start = 0
        while start < numbers.count {
            let (token, length) = longest(numbers, from: start)
            if token >= 0 { tokens.append(token) }
            start += length
        }
        return tokens
    }

    /// Every character's number, -1 for one in no piece, with one space before each word.
    private func numbers(_ text: String) -> [Int32] {
        let space = characters[" "] ?? -1
        var numbers: [Int32] = [], isWord = false
        numbers.reserveCapacity(text.utf8.count + 1)
        // What is one byte is one character, but for a carriage return and what follows it.
        guard text.utf8.contains(where: { $0 >= 128 || $0 == 13 }) else {
            for byte in text.utf8 {
                if byte != 32, !isWord { numbers.append(space) }
                if byte != 32 { numbers.append(bytes[Int(byte)]) }
                isWord = byte != 32
            }
            return numbers
        }
        // An accent that the text begins with belongs to the space before it: they are one character, and no space.
        isWord = true
        // To look up a character takes longer than to look up its bytes.
        var known: [UInt64: Int32] = [:]
        for character in " " + text {
            var key: UInt64 = 0, count = 0
            for byte in character.utf8 { (key, count) = (key << 8 | UInt64(byte), count + 1) }
            let isSpace = count == 1 && key == 32
            if !isSpace, !isWord { numbers.append(space) }
            isWord = !isSpace
            if isSpace { continue }
            let isShort = count <= 4 * scalarsMax
            let number = (count <= 8 ? known[key] : nil) ?? (isShort ? characters[character] : nil) ?? -1
            if count <= 8 { known[key] = number }
            numbers.append(number)
        }
        return numbers
    }

    /// The node to which a character leads, by halving.
    private func step(from node: Int, _ character: Int32) -> Int32? {
        var low = firsts[node], high = firsts[node + 1]
        while low < high {
            let middle = (low + high) / 2
            if steps[middle] < character { low = middle + 1 } else { high = middle }
        }
        return low < firsts[node + 1] && steps[low] == character ? targets[low] : nil
    }

    /// The longest piece that begins at `start`, and how many characters it has; -1 and one for none.
    private func longest(_ numbers: [Int32], from start: Int) -> (token: Int32, length: Int) {
        var node: Int32 = 0, found: (token: Int32, length: Int) = (-1, 1)
        for at in start..<numbers.count {
            guard numbers[at] >= 0, let next = step(from: Int(node), numbers[at]) else { break }
            node = next
            if ends[Int(node)] >= 0 { found = (ends[Int(node)], at - start + 1) }
        }
        return found
    }
}
