import { parse as parseExif } from 'exifr';
import { describe, expect, it } from 'vitest';
import { isComplete } from '../../../src/image/decode/dimensions.ts';
import { exifOfSaved } from '../../../src/image/metadata/exif.ts';
import { markAsMachineColoured } from '../../../src/image/metadata/mark.ts';
import { readMetadata } from '../../../src/image/metadata/read-metadata.ts';
import { ascii, deflate, joinBytes, littleEndian } from '../../support/files/byte-writer.ts';
import {
  buildExif,
  buildIptc,
  buildPhotoshopResources,
  EXIF_TEXTS,
} from '../../support/files/exif.ts';
import { buildJpeg } from '../../support/files/jpeg.ts';
import { buildPng, PNG_COLOUR } from '../../support/files/png.ts';
import { buildTiff } from '../../support/files/tiff.ts';

const note = { model: 'm', version: '1', made: 'size 256, int8 on WebGPU' };
const iptc = buildIptc([
  [80, 'Anna Lindqvist'],
  [120, 'The harbour'],
]);
const xmp = ascii(
  '<x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ' +
    'photoshop:City="Malmo"/></rdf:RDF></x:xmpmeta>',
);
const thumbnail = buildJpeg({ blocksWide: 1, blocksHigh: 1, channels: 1, block: () => [77] });
const exif = buildExif({ orientation: 6, thumbnail });
const jpegPlan = { blocksWide: 2, blocksHigh: 1, channels: 1, block: () => [9] } as const;

const sourceJpeg = () =>
  buildJpeg({
    ...jpegPlan,
    segments: [
      [0xe1, joinBytes(ascii('Exif\0\0'), exif)],
      [0xe1, joinBytes(ascii('http://ns.adobe.com/xap/1.0/\0'), xmp)],
      [0xed, joinBytes(ascii('Photoshop 3.0\0'), buildPhotoshopResources(iptc))],
    ],
  });

const pngOf = (chunks: [string, Uint8Array | number[]][] = []) =>
  buildPng({ width: 5, height: 3, colourType: PNG_COLOUR.gray, pixel: (x) => [x], chunks });

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const parse = (bytes: Uint8Array) =>
  parseExif(bytes, {
    ...{ tiff: true, exif: true, ifd1: true, iptc: true, xmp: true, mergeOutput: false },
    ...{ translateValues: false, reviveValues: false },
  });

describe('exifOfSaved', () => {
  it.each([true, false])('is upright, sRGB and of the new size (little-endian: %s)', (isLittle) => {
    const block = exifOfSaved(buildExif({ orientation: 6, isLittle, thumbnail }), {
      width: 300,
      height: 70_001,
    });
    return parse(block!).then((said) => {
      expect(said.ifd0).toMatchObject({
        Orientation: 1,
        Artist: EXIF_TEXTS.artist,
        Copyright: EXIF_TEXTS.copyright,
      });
      expect(said.exif).toMatchObject({
        DateTimeOriginal: EXIF_TEXTS.taken,
        ColorSpace: 1,
        ExifImageWidth: 300,
        ExifImageHeight: 70_001,
      });
      expect(said.ifd1).toBeUndefined();
    });
  });

  it('has no trace of the thumbnail, and leaves the source as it is', () => {
    const before = exif.slice();
    const block = exifOfSaved(exif, { width: 1, height: 1 })!;
    expect(exif).toEqual(before);
    expect(block.length).toBe(exif.length - thumbnail.length);
  });

  it('is null where it is broken, whatever is cut or changed', () => {
    const size = { width: 10, height: 10 };
    expect(exifOfSaved(new Uint8Array(), size)).toBeNull();
    for (let length = 0; length < exif.length; length++) exifOfSaved(exif.slice(0, length), size);
    expect(exifOfSaved(exif.slice(0, 60), size)).toBeNull();
    for (let at = 0; at < exif.length; at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const changed = exif.slice();
        changed[at] = value;
        const block = exifOfSaved(changed, size);
        if (block) expect(block.length).toBeLessThanOrEqual(exif.length);
      }
    }
  });
});

describe('readMetadata', () => {
  const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);

  it('finds it in a JPEG', async () => {
    const found = await readMetadata(new Blob([sourceJpeg()]));
    expect(found).toMatchObject({ exif, iptc });
    expect(text(found.xmp)).toContain('Malmo');
  });

  it('finds it in a PNG, packed or not, before the pixels or after', async () => {
    const hex = Array.from(buildPhotoshopResources(iptc), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
    const profile = await deflate(joinBytes(ascii(`\niptc\n      99\n${hex}\n`)));
    const packed = joinBytes(
      ascii('XML:com.adobe.xmp\0\x01\0\0\0'),
      await deflate(Uint8Array.from(xmp)),
    );
    const png = await pngOf([
      ['IDAT', []],
      ['eXIf', exif],
      ['iTXt', packed],
      ['zTXt', joinBytes(ascii('Raw profile type iptc\0\0'), profile)],
    ]);
    const found = await readMetadata(new Blob([png]));
    expect(found).toMatchObject({ exif, iptc });
    expect(text(found.xmp)).toContain('Malmo');
  });

  it('finds records that stand alone in the text of a PNG', async () => {
    const hex = Array.from(iptc, (byte) => byte.toString(16).padStart(2, '0')).join('\n');
    const data = ascii(`Raw profile type iptc\0\niptc\n      35\n${hex}\n`);
    expect(await readMetadata(new Blob([await pngOf([['tEXt', data]])]))).toMatchObject({ iptc });
  });

  it('finds it in a WebP', async () => {
    const chunk = (type: string, data: Uint8Array | number[]) =>
      joinBytes(ascii(type), littleEndian(data.length, 4), data, data.length % 2 ? [0] : []);
    const chunks = [chunk('VP8L', [0x2f, 0, 0]), chunk('EXIF', exif), chunk('XMP ', xmp)];
    const body = joinBytes(ascii('WEBP'), ...chunks);
    const webp = joinBytes(ascii('RIFF'), littleEndian(body.length, 4), body);
    const found = await readMetadata(new Blob([webp]));
    expect(found.exif).toEqual(exif);
    expect(text(found.xmp)).toContain('Malmo');
  });

  it.each([true, false])('makes a block of a TIFF (little-endian: %s)', async (isLittle) => {
    const page = { width: 3, height: 2, channels: 1, bitDepth: 8, photometric: 1 } as const;
    const texts: [number, string][] = [
      [315, EXIF_TEXTS.artist],
      [33432, 'Me'],
      [700, String.fromCharCode(...xmp)],
      [33723, String.fromCharCode(...iptc)],
    ];
    const tiff = await buildTiff([{ ...page, texts, pixel: () => [9] }], isLittle);
    const found = await readMetadata(new Blob([tiff]));
    const said = await parse(found.exif!);
    expect(said.ifd0).toEqual({ Artist: EXIF_TEXTS.artist, Copyright: 'Me' });
    expect(text(found.xmp)).toContain('Malmo');
    expect(text(found.iptc)).toContain('harbour');
    const resources = String.fromCharCode(...buildPhotoshopResources(iptc));
    const more: [number, string][] = [...texts, [34377, resources]];
    const tiffOfPhotoshop = await buildTiff([{ ...page, texts: more, pixel: () => [9] }], isLittle);
    expect(await readMetadata(new Blob([tiffOfPhotoshop]))).toMatchObject({ iptc });
  });

  it('keeps the directories behind a TIFF page', async () => {
    // An EXIF block is a TIFF without pixels.
    const found = await readMetadata(new Blob([buildExif()]));
    const said = await parse(found.exif!);
    expect(said.exif).toMatchObject({ DateTimeOriginal: EXIF_TEXTS.taken });
    expect(said.ifd0).toMatchObject({ Artist: EXIF_TEXTS.artist });
  });

  it('never fails, wherever a file is cut or changed', async () => {
    const page = { width: 3, height: 2, channels: 1, bitDepth: 8, photometric: 1 } as const;
    const files = [
      sourceJpeg(),
      await pngOf([
        ['eXIf', exif],
        ['iTXt', joinBytes(ascii('XML:com.adobe.xmp\0\x01\0\0\0'), xmp)],
        ['zTXt', joinBytes(ascii('Raw profile type iptc\0\0'), iptc)],
      ]),
      await buildTiff([{ ...page, texts: [[315, 'Anna']], pixel: () => [9] }]),
      buildExif(),
    ];
    for (const file of files) {
      for (let at = 0; at < file.length; at += 3) {
        await readMetadata(new Blob([file.slice(0, at)]));
        const changed = file.slice();
        changed[at]! ^= 0xff;
        await readMetadata(new Blob([changed]));
      }
    }
  });
});

describe('a marked file', () => {
  const source = async () => readMetadata(new Blob([sourceJpeg()]));

  it.each(['png', 'jpeg'] as const)('carries what its source said: %s', async (format) => {
    const blob = new Blob([format === 'png' ? await pngOf() : buildJpeg(jpegPlan)]);
    const marked = await markAsMachineColoured(blob, format, note, await source());
    const bytes = await bytesOf(marked);
    expect(isComplete(bytes, format)).toBe(true);
    const said = await parse(bytes);
    expect(said.ifd0).toMatchObject({ Artist: EXIF_TEXTS.artist, Orientation: 1 });
    expect(said.exif).toMatchObject({ ExifImageWidth: format === 'png' ? 5 : 16 });
    expect(said.photoshop).toMatchObject({ City: 'Malmo' });
    expect(said.Iptc4xmpExt.DigitalSourceType).toContain('compositeWithTrained');
    // Read back: IPTC too, which in a PNG only a text chunk can hold.
    expect(await readMetadata(marked)).toMatchObject({ iptc });
  });

  it('does without what no segment can hold', async () => {
    const huge = joinBytes(buildExif(), new Uint8Array(65_530));
    const blob = new Blob([buildJpeg(jpegPlan)]);
    const long = new TextEncoder().encode(
      new TextDecoder().decode(Uint8Array.from(xmp)).replace('Malmo', 'M'.repeat(64_900)),
    );
    const all = { exif: huge, xmp: long, iptc: new Uint8Array(65_530) };
    const marked = await bytesOf(await markAsMachineColoured(blob, 'jpeg', note, all));
    expect(isComplete(marked, 'jpeg')).toBe(true);
    const said = await parse(marked);
    expect(said.ifd0).toBeUndefined();
    expect(said.photoshop).toBeUndefined();
    expect(said.Iptc4xmpExt.DigitalSourceType).toContain('compositeWithTrained');
  });

  it('does without what is broken', async () => {
    const broken = { exif: exif.slice(0, 40), xmp: exif, iptc: null };
    const marked = await markAsMachineColoured(new Blob([await pngOf()]), 'png', note, broken);
    expect(await readMetadata(marked)).toMatchObject({ exif: null, iptc: null });
  });
});
