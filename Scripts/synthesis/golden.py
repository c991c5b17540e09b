"""Writes tiny voices of random weights and what PyTorch makes of them, for Tests/SynthesisTests.  python3 golden.py FOLDER

Needs torch, numpy and onnx. The files have the names and shapes of Piper's, but no graph that could run: the reference is written here by
VITS' definitions (Kim et al. 2021), over the whole clause. `one` has one speaker and residual blocks of the second kind, as medium voices;
`many` has three speakers and blocks of the first kind, as high ones."""
import json
import math
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

WIDTH, CHANNELS, HEADS, FILTER, LAYERS, FLOWS, WAVES, SPEAKER = 8, 6, 2, 12, 2, 2, 2, 4
BINS, BOUND, LEAST = 10, 5.0, 1e-3


class Tiny:
    def __init__(self, seed, speakers):
        self.random = np.random.RandomState(seed)
        self.speakers = speakers
        self.tensors, self.nodes, self.convs = {}, [], {}
        self.embedding = self.tensor('enc_p.emb.weight', (16, WIDTH))
        self.nodes.append(helper.make_node('Gather', ['enc_p.emb.weight', 'input'], ['e'], name='/enc_p/emb/Gather'))
        if speakers > 1:
            self.table = self.tensor('emb_g.weight', (speakers, SPEAKER))
            self.nodes.append(helper.make_node('Gather', ['emb_g.weight', 'sid'], ['g'], name='/emb_g/Gather'))

    def tensor(self, name, shape, scale=0.5, offset=0.0):
        value = (self.random.randn(*shape) * scale + offset).astype(np.float32)
        self.tensors[name] = value
        return torch.from_numpy(value)

    def conv(self, module, outputs, inputs, taps, dilation=1, groups=1, stride=1, bias=True, scale=None):
        """A convolution whose weights have no telling name, as after the exporter's folding."""
        shape = (inputs, outputs, taps) if stride > 1 else (outputs, inputs // groups, taps)
        scale = scale or 1 / math.sqrt(taps * inputs / groups / (stride if stride > 1 else 1))
        w = self.tensor(f'onnx::{len(self.tensors)}', shape, scale)
        names = ['x', f'onnx::{len(self.tensors) - 1}']
        b = None
        if bias:
            b = self.tensor(module.replace('/', '.') + '.bias', (outputs,), 0.1)
            names.append(module.replace('/', '.') + '.bias')
        pad = (taps - stride) // 2 if stride > 1 else dilation * (taps - 1) // 2
        kind = 'ConvTranspose' if stride > 1 else 'Conv'
        self.nodes.append(helper.make_node(
            kind, names, [module], name=f'/{module}/{kind}', dilations=[dilation], group=groups, kernel_shape=[taps],
            pads=[pad, pad], strides=[stride]))
        self.convs[module] = lambda x: (
            F.conv_transpose1d(x, w, b, stride=stride, padding=pad) if stride > 1 else
            F.conv1d(x, w, b, padding=pad, dilation=dilation, groups=groups))

    def norm(self, name):
        gamma, beta = self.tensor(name + '.gamma', (WIDTH,), 0.1, 1), self.tensor(name + '.beta', (WIDTH,), 0.1)
        self.convs[name] = lambda x: F.layer_norm(x.mT, (WIDTH,), gamma, beta, 1e-5).mT

    def stack(self, module):
        for i in range(2):
            self.conv(f'{module}/convs_sep.{i}', WIDTH, WIDTH, 3, 3 ** i, WIDTH)
            self.conv(f'{module}/convs_1x1.{i}', WIDTH, WIDTH, 1)
            for n in (1, 2):
                self.norm(f'{module}.norms_{n}.{i}'.replace('/', '.'))

    def run_stack(self, module, x):
        for i in range(2):
            y = self.convs[f'{module}/convs_sep.{i}'](x)
            y = F.gelu(self.convs[f'{module}.norms_1.{i}'.replace('/', '.')](y))
            y = self.convs[f'{module}/convs_1x1.{i}'](y)
            x = x + F.gelu(self.convs[f'{module}.norms_2.{i}'.replace('/', '.')](y))
        return x

    def make_text(self):
        for i in range(LAYERS):
            for part in 'qkvo':
                self.conv(f'enc_p/encoder/attn_layers.{i}/conv_{part}', WIDTH, WIDTH, 1)
            for part in 'kv':
                name = f'enc_p.encoder.attn_layers.{i}.emb_rel_{part}'
                self.convs[name] = self.tensor(name, (1, 5, WIDTH // HEADS))
            self.conv(f'enc_p/encoder/ffn_layers.{i}/conv_1', FILTER, WIDTH, 3)
            self.conv(f'enc_p/encoder/ffn_layers.{i}/conv_2', WIDTH, FILTER, 3)
            for n in (1, 2):
                self.norm(f'enc_p.encoder.norm_layers_{n}.{i}')
        self.conv('enc_p/proj', 2 * CHANNELS, WIDTH, 1)

    def run_text(self, ids):
        x = (self.embedding[ids] * math.sqrt(WIDTH)).T[None]
        size, t = WIDTH // HEADS, len(ids)
        for i in range(LAYERS):
            name = f'enc_p/encoder/attn_layers.{i}'
            q, k, v = (self.convs[f'{name}/conv_{p}'](x).view(1, HEADS, size, t).mT for p in 'qkv')
            tables = [torch.zeros(2 * t + 1, size) for _ in 'kv']
            for table, part in zip(tables, 'kv'):
                table[t - 2:t + 3] = self.convs[f'{name}.emb_rel_{part}'.replace('/', '.')][0]
            place = torch.arange(t)[None] - torch.arange(t)[:, None] + t
            score = (q[..., :, None, :] * (k[..., None, :, :] + tables[0][place])).sum(-1) / math.sqrt(size)
            weight = torch.softmax(score, -1)
            out = (weight[..., None] * (v[..., None, :, :] + tables[1][place])).sum(-2)
            x = x + self.convs[f'{name}/conv_o'](out.mT.reshape(1, WIDTH, t))
            x = self.convs[f'enc_p.encoder.norm_layers_1.{i}'](x)
            y = torch.relu(self.convs[f'enc_p/encoder/ffn_layers.{i}/conv_1'](x))
            x = self.convs[f'enc_p.encoder.norm_layers_2.{i}'](
                x + self.convs[f'enc_p/encoder/ffn_layers.{i}/conv_2'](y))
        return x, *self.convs['enc_p/proj'](x).chunk(2, 1)

    def make_durations(self):
        for name in ('dp/pre', 'dp/proj'):
            self.conv(name, WIDTH, WIDTH, 1)
        if self.speakers > 1:
            self.conv('dp/cond', WIDTH, SPEAKER, 1)
        self.stack('dp/convs')
        for i in (7, 5, 3):
            self.conv(f'dp/flows.{i}/pre', WIDTH, 1, 1)
            self.stack(f'dp/flows.{i}/convs')
            self.conv(f'dp/flows.{i}/proj', 3 * BINS - 1, WIDTH, 1)
        self.shift = self.tensor('dp.flows.0.m', (2, 1), 0.3)
        self.logs = self.tensor('dp.flows.0.logs', (2, 1), 0.2)

    def run_durations(self, x, speaker):
        x = self.convs['dp/pre'](x)
        if speaker is not None:
            x = x + self.convs['dp/cond'](speaker)
        h = self.convs['dp/proj'](self.run_stack('dp/convs', x))
        z = torch.zeros(1, 2, x.shape[2])
        for i in (7, 5, 3):
            z = z.flip(1)
            u = self.convs[f'dp/flows.{i}/pre'](z[:, :1]) + h
            u = self.convs[f'dp/flows.{i}/proj'](self.run_stack(f'dp/flows.{i}/convs', u))[0].T
            z = torch.stack([z[0, 0], torch.stack([inverse(y, p) for y, p in zip(z[0, 1], u)])])[None]
        z = (z.flip(1) - self.shift[None]) * torch.exp(-self.logs[None])
        return torch.ceil(torch.exp(z[0, 0]) * 1.5).long()

    def make_flow(self):
        for f in range(0, 2 * FLOWS, 2):
            name = f'flow/flows.{f}'
            self.conv(f'{name}/pre', WIDTH, CHANNELS // 2, 1)
            for i in range(WAVES):
                self.conv(f'{name}/enc/in_layers.{i}', 2 * WIDTH, WIDTH, 5)
                self.conv(f'{name}/enc/res_skip_layers.{i}', WIDTH * (1 if i == WAVES - 1 else 2), WIDTH, 1)
            if self.speakers > 1:
                self.conv(f'{name}/enc/cond_layer', 2 * WIDTH * WAVES, SPEAKER, 1)
            self.conv(f'{name}/post', CHANNELS // 2, WIDTH, 1)

    def run_flow(self, z, speaker):
        for f in reversed(range(0, 2 * FLOWS, 2)):
            name = f'flow/flows.{f}'
            a, b = z.flip(1).chunk(2, 1)
            h, out = self.convs[f'{name}/pre'](a), 0
            for i in range(WAVES):
                u = self.convs[f'{name}/enc/in_layers.{i}'](h)
                if speaker is not None:
                    u = u + self.convs[f'{name}/enc/cond_layer'](speaker)[:, 2 * WIDTH * i:2 * WIDTH * (i + 1)]
                r = self.convs[f'{name}/enc/res_skip_layers.{i}'](torch.tanh(u[:, :WIDTH]) * torch.sigmoid(u[:, WIDTH:]))
                if i < WAVES - 1:
                    h, r = h + r[:, :WIDTH], r[:, WIDTH:]
                out = out + r
            z = torch.cat([a, b - self.convs[f'{name}/post'](out)], 1)
        return z

    def make_decoder(self):
        self.conv('dec/conv_pre', 16, CHANNELS, 7)
        if self.speakers > 1:
            self.conv('dec/cond', 16, SPEAKER, 1)
        for i, (width, stride, taps) in enumerate(((8, 4, 8), (4, 2, 4))):
            self.conv(f'dec/ups.{i}', width, 2 * width, taps, stride=stride)
            for j, (taps, dilations) in enumerate(((3, (1, 2)), (5, (2, 6)))):
                name = f'dec/resblocks.{2 * i + j}'
                for k, dilation in enumerate(dilations):
                    if self.speakers > 1:
                        self.conv(f'{name}/convs1.{k}', width, width, taps, dilation)
                        self.conv(f'{name}/convs2.{k}', width, width, taps)
                    else:
                        self.conv(f'{name}/convs.{k}', width, width, taps, dilation)
        self.conv('dec/conv_post', 1, 4, 7, bias=False)

    def run_decoder(self, z, speaker):
        x = self.convs['dec/conv_pre'](z)
        if speaker is not None:
            x = x + self.convs['dec/cond'](speaker)
        for i in range(2):
            x = self.convs[f'dec/ups.{i}'](F.leaky_relu(x, 0.1))
            y = 0
            for j in range(2):
                h, name = x, f'dec/resblocks.{2 * i + j}'
                for k in range(2):
                    leaky = F.leaky_relu(h, 0.1)
                    if self.speakers > 1:
                        h = h + self.convs[f'{name}/convs2.{k}'](F.leaky_relu(self.convs[f'{name}/convs1.{k}'](leaky), 0.1))
                    else:
                        h = h + self.convs[f'{name}/convs.{k}'](leaky)
                y = y + h
            x = y / 2
        return torch.tanh(self.convs['dec/conv_post'](F.leaky_relu(x, 0.01)))[0, 0]

    def speak(self, ids, speaker):
        vector = self.table[speaker][None, :, None] if self.speakers > 1 else None
        x, mean, _ = self.run_text(torch.tensor(ids))
        frames = self.run_durations(x, vector)
        z = mean[:, :, torch.repeat_interleave(torch.arange(len(ids)), frames)]
        return frames.tolist(), self.run_decoder(self.run_flow(z, vector), vector).numpy()


def inverse(y, p):
    """The inverse of the rational-quadratic spline (Durkan et al. 2019)."""
    if not -BOUND <= y <= BOUND:
        return y
    def knots(raw):
        size = LEAST + (1 - LEAST * BINS) * torch.softmax(raw / math.sqrt(WIDTH), -1)
        return torch.cat([torch.tensor([-BOUND]), 2 * BOUND * torch.cumsum(size, 0) - BOUND])
    xs, ys, one = knots(p[:BINS]), knots(p[BINS:2 * BINS]), torch.ones(1)
    slope = torch.cat([one, LEAST + F.softplus(p[2 * BINS:]), one])
    bin = min(BINS - 1, max(0, int((y >= ys).sum()) - 1))
    width, height = xs[bin + 1] - xs[bin], ys[bin + 1] - ys[bin]
    delta, rise, a0, a1 = height / width, y - ys[bin], slope[bin], slope[bin + 1]
    q = rise * (a0 + a1 - 2 * delta)
    a, b, c = q + height * (delta - a0), height * a0 - q, -delta * rise
    return 2 * c / (-b - torch.sqrt((b * b - 4 * a * c).clamp(min=0))) * width + xs[bin]


def write(folder, name, speakers):
    tiny = Tiny(7 + speakers, speakers)
    for make in (tiny.make_text, tiny.make_durations, tiny.make_flow, tiny.make_decoder):
        make()
    weights = [numpy_helper.from_array(value, key) for key, value in tiny.tensors.items()]
    graph = helper.make_graph(tiny.nodes, 'tiny', [], [helper.make_tensor_value_info('y', TensorProto.FLOAT, [1])], weights)
    onnx.save(helper.make_model(graph), f'{folder}/{name}.onnx')
    symbols = '_^$ abcdefghijkl'
    config = {'audio': {'sample_rate': 16000}, 'espeak': {'voice': 'en-us'}, 'num_speakers': speakers,
              'inference': {'noise_scale': 0.667, 'length_scale': 1.5, 'noise_w': 0.8},
              'phoneme_id_map': {symbol: [i] for i, symbol in enumerate(symbols)}}
    json.dump(config, open(f'{folder}/{name}.onnx.json', 'w'))
    text = 'abc defg hijkl cab fade'
    ids = [1, 0] + [i for symbol in text for i in (symbols.index(symbol), 0)] + [2]
    frames, sound = tiny.speak(ids, speakers - 1)
    json.dump({'text': text, 'speaker': speakers - 1, 'frames': frames, 'sound': [round(float(x), 6) for x in sound]},
              open(f'{folder}/{name}.json', 'w'))
    print(name, len(ids), 'ids', sum(frames), 'frames', 'peak', abs(sound).max())


if __name__ == '__main__':
    with torch.inference_mode():
        write(sys.argv[1], 'one', 1)
        write(sys.argv[1], 'many', 3)
