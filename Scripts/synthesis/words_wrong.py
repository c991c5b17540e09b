"""Words wrong of spoken sentences, by Whisper and by pocketsphinx, each clip alone.

    python3 words_wrong.py FOLDER SENTENCES [--whisper WEIGHTS] [--sphinx] [--show N]

FOLDER holds 00.wav, 01.wav …, the lines of SENTENCES. WEIGHTS is a folder of Whisper for CTranslate2 (Scripts/fetch-weights: .weights/base).
pocketsphinx hears any of the sentences' words, all as likely."""
import argparse
import os
import re
import subprocess
import tempfile
import wave
from math import gcd

import numpy as np

RATE = 16000
ONES = ('zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen '
        'eighteen nineteen').split()
TENS = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split()
SAME = {'favourite': 'favorite', 'colour': 'color', 'smokey': 'smoky', 'tonnes': 'tons', 'okay': 'ok'}


def number(n):
    if n < 20:
        return ONES[n]
    for size, name in ((1_000_000, 'million'), (1000, 'thousand'), (100, 'hundred')):
        if n >= size:
            return number(n // size) + ' ' + name + (' ' + number(n % size) if n % size else '')
    return TENS[n // 10] + (' ' + ONES[n % 10] if n % 10 else '')


def words(text):
    text = text.lower().replace('’', "'").replace('°c', ' degrees celsius').replace('°', ' degrees ')
    text = re.sub(r'(\d),(\d)', r'\1\2', text)
    text = re.sub(r'\b(1[5-9])(\d\d)\b', lambda m: number(int(m[1])) + ' ' + number(int(m[2])), text)
    text = re.sub(r'\d+', lambda m: ' ' + number(int(m[0])) + ' ', text)
    return [SAME.get(word, word).replace("'", '') for word in re.sub(r"[^a-z' ]", ' ', text).split()]


def errors(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def load(path):
    from scipy.signal import resample_poly
    with wave.open(path) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    x = np.frombuffer(data, '<i2').astype(np.float32) / 32768
    common = gcd(rate, RATE)
    x = resample_poly(x, RATE // common, rate // common).astype(np.float32)
    return np.concatenate([np.zeros(3200), x * (0.5 / max(0.01, np.abs(x).max())), np.zeros(8000)]).astype(np.float32)


def mel_filters(count=80, size=400):
    """Slaney's triangles, as librosa makes them for Whisper."""
    def to_mel(f):
        f = np.asarray(f, float)
        return np.where(f < 1000, 3 * f / 200, 15 + 27 * np.log(np.maximum(f, 1) / 1000) / np.log(6.4))
    def to_hertz(m):
        return np.where(m < 15, 200 * m / 3, 1000 * np.exp(np.log(6.4) * (m - 15) / 27))
    edges = to_hertz(np.linspace(to_mel(0), to_mel(RATE / 2), count + 2))
    bins = np.arange(size // 2 + 1) * RATE / size
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rise, fall)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def features(x):
    x = np.pad(x[:30 * RATE], (0, max(0, 30 * RATE - len(x))))
    x = np.pad(x, 200, mode='reflect')
    window = np.hanning(401)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(x, 400)[::160][:3000] * window
    power = np.abs(np.fft.rfft(frames)) ** 2
    mel = np.log10(np.maximum(mel_filters() @ power.T, 1e-10))
    return ((np.maximum(mel, mel.max() - 8) + 4) / 4).astype(np.float32)


def whisper(clips, folder):
    import ctranslate2
    import tokenizers
    model = ctranslate2.models.Whisper(folder, device='cpu', compute_type='int8', intra_threads=1)
    vocabulary = tokenizers.Tokenizer.from_file(folder + '/tokenizer.json')
    prompt = [vocabulary.token_to_id(t) for t in
              ('<|startoftranscript|>', '<|en|>', '<|transcribe|>', '<|notimestamps|>')]
    for x in clips:
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(features(x)[None]))
        ids = model.generate(view, [prompt], beam_size=5)[0].sequences_ids[0]
        yield vocabulary.decode(ids)


def sphinx(clips, texts):
    model = '/usr/share/pocketsphinx/model/en-us'
    known = {w for text in texts for w in re.sub(r"[^a-z' ]", '', text.lower()).split()}
    lines = [line for line in open(model + '/cmudict-en-us.dict') if line.split()[0].split('(')[0] in known]
    names = sorted({line.split()[0].split('(')[0] for line in lines})
    with tempfile.TemporaryDirectory() as folder:
        chance = '%.4f' % -np.log10(len(names) + 1)
        grams = '\n'.join(['-99 <s>', chance + ' </s>'] + [f'{chance} {name}' for name in names])
        open(folder + '/w.dict', 'w').writelines(lines)
        open(folder + '/w.arpa', 'w').write(
            f'\\data\\\nngram 1={len(names) + 2}\n\n\\1-grams:\n{grams}\n\n\\end\\\n')
        for i, x in enumerate(clips):
            x = x + np.random.RandomState(i).randn(len(x)) * 2e-4
            with wave.open(f'{folder}/c{i}.wav', 'wb') as file:
                file.setparams((1, 2, RATE, 0, 'NONE', ''))
                file.writeframes((np.clip(x, -1, 1) * 32767).astype('<i2').tobytes())
        open(folder + '/list', 'w').write(''.join(f'c{i}\n' for i in range(len(clips))))
        subprocess.run(['pocketsphinx_batch', '-hmm', model + '/en-us', '-dict', folder + '/w.dict', '-lm',
                        folder + '/w.arpa', '-ctl', folder + '/list', '-cepdir', folder, '-cepext', '.wav', '-adcin',
                        'yes', '-adchdr', '44', '-hyp', folder + '/heard', '-logfn', os.devnull], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [line.split('(')[0].strip() for line in open(folder + '/heard')]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('folder')
    parser.add_argument('sentences')
    parser.add_argument('--whisper')
    parser.add_argument('--sphinx', action='store_true')
    parser.add_argument('--show', type=int, default=0)
    options = parser.parse_args()
    texts = open(options.sentences).read().split('\n')
    clips = [load(f'{options.folder}/{i:02d}.wav') for i in range(len(texts))]
    judges = {'Whisper': lambda: list(whisper(clips, options.whisper))} if options.whisper else {}
    judges |= {'pocketsphinx': lambda: sphinx(clips, texts)} if options.sphinx else {}
    for name, judge in judges.items():
        heard = judge()
        wrong = [errors(words(text), words(said)) for text, said in zip(texts, heard)]
        count = sum(len(words(text)) for text in texts)
        print(f'{name}: {100 * sum(wrong) / count:.1f} % of words wrong ({sum(wrong)}/{count}), '
              f'{wrong.count(0)} of {len(texts)} sentences right', flush=True)
        for k, text, said in sorted(zip(wrong, texts, heard), reverse=True)[:options.show]:
            print(f'  {k}  {text}  ->  {said}')


if __name__ == '__main__':
    main()
