// The small voice's frames to samples, slice by slice.

internal import Glibc
internal import Kernels

/// Frames of all lanes go through the blocks side by side; each block's rows come later by what it sees ahead.
final class SmallStage: VoiceStage {
    private struct Column {
        var clause: SmallClause?
        var pulses = SmallPulses()
    }

    private let voice: SmallVoice
    private let blocks, filterBlocks: [SmallBlockStage]
    private var columns: [Column]
    /// Samples that later frames add to [slots, window].
    private let tails: Buffer
    private let space = SmallSpace()
    private let places = Scratch(), rows = Scratch(), frames = Scratch(), filters = Scratch(), spectra = Scratch()
    private let cosines = Scratch(), source = Scratch(), frame = Scratch()
    /// Frames by which the log-mel, and the filters, come late.
    private let framesLate, filtersLate: Int

    init(_ voice: SmallVoice, slots: Int) {
        self.voice = voice
        blocks = voice.blocks.map { SmallBlockStage($0, slots: slots) }
        filterBlocks = voice.filterBlocks.map { SmallBlockStage($0, slots: slots) }
        framesLate = voice.blocks.reduce(0) { $0 + $1.reach }
        filtersLate = voice.filterBlocks.reduce(framesLate) { $0 + $1.reach }
        columns = Array(repeating: Column(), count: slots)
        tails = Buffer(count: slots * voice.inverse.window)
    }

    var factor: Int { voice.inverse.hop }
    /// The filters, and then what a window begins before its frame: earlier samples are whole.
    var delay: Int { filtersLate * factor + (voice.inverse.window - factor) / 2 }

    func open(_ slot: Int, _ clause: Clause) {
        guard let content = clause.content as? SmallClause else { fatalError("a clause of another voice") }
        columns[slot] = Column(clause: content)
        (blocks + filterBlocks).forEach { $0.open(slot) }
        tails.zero(slot * voice.inverse.window..<(slot + 1) * voice.inverse.window)
    }

    func run(_ lanes: [Lane], to y: UnsafeMutablePointer<Float>) {
        let count = lanes.rows(1), frames = frames.room(count * SmallVoice.frame)
        makeFrames(lanes, to: frames)
        takePitch(lanes, frames)
        let filters = filters.room(count * 3 * voice.inverse.bins)
        makeFilters(lanes, frames, to: filters)
        synthesize(lanes, filters, to: y)
    }

    /// Clauses to log-mel, pitch and the logit of being voiced: [rows, frame], `framesLate` late.
    private func makeFrames(_ lanes: [Lane], to frames: UnsafeMutablePointer<Float>) {
        let count = lanes.rows(1), width = voice.width
        let x = rows.room(count * width), places = places.room(count * SmallVoice.places)
        forEachRow(lanes, late: 0) { row, slot, frame in
            let place = places + row * SmallVoice.places
            if let frame {
                columns[slot].clause!.place(frame, to: place)
            } else {
                place.update(repeating: 0, count: SmallVoice.places)
            }
        }
        voice.place.apply(places, rows: count, to: x)
        forEachRow(lanes, late: 0) { row, slot, frame in
            if let frame { columns[slot].clause!.addRow(frame, width: width, to: x + row * width) }
        }
        var late = 0
        for block in blocks {
            block.run(x, lanes, late: late, space)
            late += block.block.reach
        }
        voice.last.apply(x, rows: count, to: x)
        voice.out.apply(x, rows: count, to: frames)
    }

    /// Makes pulses, and of the frames what the filters read.
    private func takePitch(_ lanes: [Lane], _ frames: UnsafeMutablePointer<Float>) {
        forEachRow(lanes, late: framesLate) { row, slot, frame in
            guard frame != nil else { return }
            let x = frames + row * SmallVoice.frame + SmallVoice.bands, isVoiced = x[1] > 0
            let pitch = exp(Double(x[0]) * voice.pitchDeviation + voice.pitchMean)
            columns[slot].pulses.add(pitch: min(max(pitch, 30), 1000), isVoiced: isVoiced)
            (x[0], x[1]) = isVoiced ? (x[0], 1) : (0, 0)
        }
    }

    /// Frames to filters [rows, 3 · bins], `filtersLate` late.
    private func makeFilters(
        _ lanes: [Lane], _ frames: UnsafePointer<Float>, to filters: UnsafeMutablePointer<Float>
    ) {
        let count = lanes.rows(1), width = voice.into.outputs, x = rows.room(count * width)
        voice.into.apply(frames, rows: count, to: x)
        var late = framesLate
        for block in filterBlocks {
            block.run(x, lanes, late: late, space)
            late += block.block.reach
        }
        voice.filterNorm.apply(x, rows: count, to: x)
        let operand = space.products.operand(count, width)
        voice.filters.apply(x, rows: count, through: operand, to: filters)
    }

    /// Filters to samples: each frame's window is added to what is there, and the samples before the next one's are whole.
    private func synthesize(_ lanes: [Lane], _ filters: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
        let inverse = voice.inverse, window = inverse.window, frame = frame.room(window)
        forEachRow(lanes, late: filtersLate) { row, slot, index in
            let tail = tails.pointer + slot * window
            if let index {
                inverse.frames(spectrum(slot, index, filters + row * 3 * inverse.bins), rows: 1, to: frame)
                for i in 0..<window { tail[i] += frame[i] / InverseSpectrum.overlapGain }
            }
            (y + row * factor).update(from: tail, count: factor)
            memmove(tail, tail + factor, (window - factor) * MemoryLayout<Float>.stride)
            (tail + window - factor).update(repeating: 0, count: factor)
        }
    }

    /// Pulses and noise through their filters [3 · bins]: real, then imaginary parts [2 · bins].
    private func spectrum(_ slot: Int, _ frame: Int, _ filters: UnsafePointer<Float>) -> UnsafePointer<Float> {
        let bins = voice.inverse.bins, x = spectra.room(4 * bins), noise = x + 2 * bins, source = source.room(2 * bins)
        x.update(from: filters, count: 3 * bins)
        Noise(seed: columns[slot].clause!.seed).angles(frame, count: bins, to: noise + bins)
        voice.inverse.polar(x, rows: 2, scratch: cosines.room(bins))
        columns[slot].pulses.drop(before: frame)
        guard columns[slot].pulses.spectrum(frame, bins: bins, to: source) else { return UnsafePointer(noise) }
        for i in 0..<bins {
            let (a, b, c, d) = (x[i], x[bins + i], source[i], source[bins + i])
            x[i] = a * c - b * d + noise[i]
            x[bins + i] = a * d + b * c + noise[bins + i]
        }
        return UnsafePointer(x)
    }

    /// Each row, its slot, and its frame: nil outside of the clause.
    private func forEachRow(_ lanes: [Lane], late: Int, _ body: (_ row: Int, _ slot: Int, _ frame: Int?) -> Void) {
        var row = 0
        for lane in lanes {
            for i in 0..<lane.count {
                let frame = lane.start + i - late
                body(row, lane.slot, frame >= 0 && frame < lane.length ? frame : nil)
                row += 1
            }
        }
    }
}
