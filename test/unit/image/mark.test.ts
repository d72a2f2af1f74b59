import { describe, expect, it } from 'vitest';
import { isComplete, readDimensions } from '../../../src/image/decode/dimensions.ts';
import { crc32 } from '../../../src/image/metadata/crc32.ts';
import { markAsMachineColoured } from '../../../src/image/metadata/mark.ts';
import { DIGITAL_SOURCE_TYPE } from '../../../src/image/metadata/xmp.ts';
import { ascii, joinBytes } from '../../support/files/byte-writer.ts';
import { buildJpeg } from '../../support/files/jpeg.ts';
import { buildPng, PNG_COLOUR } from '../../support/files/png.ts';

const note = {
  model: 'ddcolor <pico> & "co"',
  version: '0.1',
  made: 'size 384, int8 on WebGPU, 1 step down',
};
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8').decode(bytes);

/** Where a sequence of ASCII begins. */
const indexOf = (bytes: Uint8Array, text: string) => {
  const wanted = ascii(text);
  return bytes.findIndex((_, at) => wanted.every((value, i) => bytes[at + i] === value));
};

describe('markAsMachineColoured', () => {
  it('puts a chunk with a right checksum after IHDR', async () => {
    const pixel = (x: number) => [x];
    const plan = { width: 5, height: 3, colourType: PNG_COLOUR.gray, pixel };
    const png = await buildPng(plan);
    const blob = new Blob([png], { type: 'image/png' });
    const marked = await bytesOf(await markAsMachineColoured(blob, 'png', note));
    expect(indexOf(marked, 'sRGB')).toBe(33 + 4);
    const at = 33 + 13;
    expect(indexOf(marked, 'iTXt')).toBe(at + 4);
    expect(isComplete(marked, 'png')).toBe(true);
    const view = new DataView(marked.buffer);
    const length = view.getUint32(at);
    const chunk = marked.subarray(at + 4, at + 8 + length);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(chunk));
    expect(view.getUint32(33 + 9)).toBe(crc32(marked.subarray(37, 42)));
    expect(textOf(chunk)).toMatch(/^iTXtXML:com\.adobe\.xmp\0\0\0\0\0<\?xpacket/);
    expect(joinBytes(marked.slice(0, 33), marked.slice(at + 12 + length))).toEqual(png);
  });

  it.each([false, true])(
    'puts an APP1 segment before all else (JFIF first: %s)',
    async (hasJfif) => {
      const plain = buildJpeg({ blocksWide: 1, blocksHigh: 1, channels: 1, block: () => [9] });
      const jfif = joinBytes([0xff, 0xe0, 0, 16], ascii('JFIF\0'), [1, 1, 0, 0, 1, 0, 1, 0, 0]);
      const jpeg = hasJfif ? joinBytes(plain.slice(0, 2), jfif, plain.slice(2)) : plain;
      const blob = new Blob([jpeg], { type: 'image/jpeg' });
      const result = await markAsMachineColoured(blob, 'jpeg', note);
      expect(result.type).toBe('image/jpeg');
      const marked = await bytesOf(result);
      const at = hasJfif ? 20 : 2;
      expect(marked.slice(at, at + 2)).toEqual(Uint8Array.of(0xff, 0xe1));
      const length = new DataView(marked.buffer).getUint16(at + 2);
      expect(joinBytes(marked.slice(0, at), marked.slice(at + 2 + length))).toEqual(jpeg);
      expect(textOf(marked.slice(at + 4))).toMatch(
        /^http:\/\/ns\.adobe\.com\/xap\/1\.0\/\0<\?xpacket/,
      );
      expect(readDimensions(marked, 'jpeg')).toMatchObject({ width: 8, height: 8 });
    },
  );

  it('says what made the colours, escaped', async () => {
    const jpeg = buildJpeg({ blocksWide: 1, blocksHigh: 1, channels: 1, block: () => [9] });
    const text = await (await markAsMachineColoured(new Blob([jpeg]), 'jpeg', note)).text();
    expect(text).toContain(`Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}"`);
    expect(text).toContain('xmp:CreatorTool="Autochrome"');
    expect(text).toContain(
      'Coloured by machine (ddcolor &lt;pico&gt; &amp; &quot;co&quot;, size 384, int8 on WebGPU, 1 step down). The colours are a guess by a neural network.',
    );
    expect(text).toContain(
      'Iptc4xmpExt:AISystemVersionUsed="0.1 (size 384, int8 on WebGPU, 1 step down)"',
    );
  });

  it('refuses a file of another format', async () => {
    const text = new Blob(['not a picture at all, and long enough to hold a header']);
    await expect(markAsMachineColoured(text, 'png', note)).rejects.toThrow('not a PNG');
    await expect(markAsMachineColoured(text, 'jpeg', note)).rejects.toThrow('not a JPEG');
  });
});

describe('crc32', () => {
  it('gives the value that ISO 3309 lists, at every alignment', () => {
    expect(crc32(joinBytes(ascii('123456789')))).toBe(0xcbf43926);
    expect(crc32(joinBytes(ascii('IEND')))).toBe(0xae426082);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});
