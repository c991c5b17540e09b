// Encodes clauses beside the worker, as soon as it is known that they will be said: at once in a slice they would make it late.

internal import Basics
internal import CSystem
internal import Glibc
internal import Synthesis

/// A thread that encodes clauses, one after the other. It ends when this is released.
final class ClauseEncoder: Sendable {
    /// A clause that is being encoded, or will be.
    final class Job: Sendable {
        let phonemes: [Unicode.Scalar]
        fileprivate let result = Mailbox<Encoding>(countMax: 1)

        fileprivate init(_ phonemes: [Unicode.Scalar]) { self.phonemes = phonemes }

        /// Waits until the clause is encoded. May be asked once.
        func take() -> Encoding {
            result.wait(until: nil)
            var encodings: [Encoding] = []
            result.drain(into: &encodings)
            return encodings[0]
        }
    }

    /// The clauses to encode, if somebody still wants them; nil ends the thread.
    private let mailbox = Mailbox<Wish?>(countMax: 1)

    private struct Wish: @unchecked Sendable {
        weak var job: Job?
    }

    init(_ voice: Synthesis.Voice) {
        let thread = SystemThread.start { [mailbox] in
            _ = shim_name_this_thread("duet-clauses")
            var inbox: [Wish?] = []
            while true {
                mailbox.wait(until: nil)
                mailbox.drain(into: &inbox)
                for wish in inbox {
                    guard let wish else { return }
                    guard let job = wish.job else { continue }
                    job.result.push(voice.encode(job.phonemes))
                }
            }
        }
        invariant(thread != nil, "no thread for the voice's clauses")
        pthread_detach(thread!)
    }

    deinit { mailbox.push(nil, urgent: true) }

    /// Has the clause encoded. Whoever releases the job does not want it any more.
    func encode(_ phonemes: [Unicode.Scalar]) -> Job {
        let job = Job(phonemes)
        mailbox.push(Wish(job: job), urgent: true)
        return job
    }
}
