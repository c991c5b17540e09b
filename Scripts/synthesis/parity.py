"""Compares `duet say` with onnxruntime, without noise, and measures both.

    python3 parity.py VOICE.onnx DUET [PRECISION]

Needs numpy and onnxruntime. DUET is the built program. Ends with 1 if float32 differs by 1e-3 or more."""
import json
import subprocess
import sys
import tempfile
import time
import wave

import numpy as np
import onnxruntime

# What lexicons make of three sentences.
PHONEMES = ['həlˈoʊ ðɛɹ, hˈaʊ ɑːɹ juː tədˈeɪ?', 'ðə kˈæpɪtəl ʌv fɹˈæns ɪz pˈɛɹɪs.',
            'aɪ θˈɪŋk juː ʃʊd tˈɔːk tə jʊɹ dˈɑːktɚ ɐbˈaʊt ðæt.']


def ours(duet, voice, phonemes, precision):
    with tempfile.NamedTemporaryFile(suffix='.wav') as file:
        subprocess.run([duet, 'say', phonemes, '--phonemes', '--noise', '0', '--voice', voice, '--out', file.name,
                        '--weights', precision], check=True, stdout=subprocess.DEVNULL)
        with wave.open(file.name) as sound:
            return np.frombuffer(sound.readframes(sound.getnframes()), '<i2') / 32767


def main(voice, duet, precision='f32'):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(voice, options)
    config = json.load(open(voice + '.json'))
    symbols, worst = config['phoneme_id_map'], 0
    for phonemes in PHONEMES:
        ids = symbols['^'] + symbols['_']
        for symbol in phonemes:
            ids = ids + symbols[symbol] + symbols['_']
        ids = np.array([ids + symbols['$']])
        feed = {'input': ids, 'input_lengths': np.array([ids.shape[1]]),
                'scales': np.array([0, config['inference']['length_scale'], 0], np.float32)}
        session.run(None, feed)
        began = time.thread_time()
        theirs = session.run(None, feed)[0].ravel()
        seconds = time.thread_time() - began
        mine = ours(duet, voice, phonemes, precision)[:len(theirs)]
        assert len(mine) == len(theirs), f'{len(mine)} samples, onnxruntime makes {len(theirs)}'
        difference = mine - theirs
        worst = max(worst, abs(difference).max())
        print(f'{phonemes}: {len(theirs)} samples, largest difference {abs(difference).max():.1e} of a peak of '
              f'{abs(theirs).max():.2f}, SNR {10 * np.log10((theirs ** 2).sum() / (difference ** 2).sum()):.1f} dB; '
              f'onnxruntime {seconds / len(theirs) * config["audio"]["sample_rate"]:.3f} s for a second of sound')
    sys.exit(int(precision == 'f32' and worst >= 1e-3))


if __name__ == '__main__':
    main(*sys.argv[1:])
