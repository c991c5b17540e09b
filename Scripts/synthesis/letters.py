"""Writes numpy's archive of the network for unknown words as a safetensors file.  python3 letters.py IN.npz OUT.safetensors

Needs no package. Reads float16 and float32 arrays and the settings, which are a string (numpy/lib/format.py has the format)."""
import ast
import json
import struct
import sys
import zipfile


def array(data):
    """Type, shape and bytes of an .npy file."""
    size = struct.unpack('<H', data[8:10])[0] if data[6] == 1 else struct.unpack('<I', data[8:12])[0]
    start = (10 if data[6] == 1 else 12) + size
    header = ast.literal_eval(data[start - size:start].decode('latin1'))
    assert not header['fortran_order']
    return header['descr'], header['shape'], data[start:]


def main(source, target):
    tensors, settings, bodies, at = {}, '', [], 0
    with zipfile.ZipFile(source) as archive:
        for name in sorted(archive.namelist()):
            kind, shape, data = array(archive.read(name))
            if kind.startswith('<U'):
                settings = data.decode('utf-32-le')
                continue
            kind = {'<f4': 'F32', '<f2': 'F16'}[kind]
            tensors[name.removesuffix('.npy')] = {'dtype': kind, 'shape': list(shape), 'data_offsets': [at, at + len(data)]}
            bodies.append(data)
            at += len(data)
    header = json.dumps({'__metadata__': {'settings': settings}, **tensors}).encode()
    header += b' ' * (-len(header) % 8)
    with open(target, 'wb') as out:
        out.write(struct.pack('<Q', len(header)) + header + b''.join(bodies))


if __name__ == '__main__':
    main(*sys.argv[1:])
