import { describe, expect, test } from 'vitest';
import { parseImageInfo } from '../../../src/iiif/parse-image-info.ts';
import { IMAGE_ID, info2, info3, INFO_ADDRESS, TILES } from '../../support/iiif/documents.ts';

const parse = (document: unknown, address = INFO_ADDRESS) => parseImageInfo(document, address);

describe('what a service says is read', () => {
  test('version 3, level 0, with sizes, tiles and limits (Image API 3.0, 5.2 to 5.4)', () => {
    const sizes = [
      { width: 1250, height: 938 },
      { width: 625, height: 469 },
    ];
    const limits = { maxWidth: 6000, maxArea: 10_000_000 };
    expect(parse(info3({ profile: 'level0', sizes, tiles: TILES, ...limits }))).toEqual({
      id: IMAGE_ID,
      version: 3,
      width: 20_000,
      height: 15_000,
      givesAnySize: false,
      sizes: sizes.toReversed(),
      tiles: [{ ...TILES[0], height: 512 }],
      mostWidth: 6000,
      // "If maxWidth is specified and maxHeight is not": 5.2.
      mostHeight: 6000,
      mostArea: 10_000_000,
    });
  });

  test('version 2, limits in its profile (Image API 2.1, 5.3)', () => {
    const profile = ['http://iiif.io/api/image/2/level1.json', { maxWidth: 3000, maxHeight: 2000 }];
    const found = parse(info2({ profile }));
    expect(found).toMatchObject({ version: 2, givesAnySize: true });
    expect(found).toMatchObject({ mostWidth: 3000, mostHeight: 2000, mostArea: Infinity });
  });

  test.each([
    ['3: level 0', info3({ profile: 'level0' }), false],
    ['3: level 0 that takes w,h', info3({ profile: 'level0', extraFeatures: ['sizeByWh'] }), true],
    ['3: level 1', info3({ profile: 'level1' }), true],
    ['2: level 0', info2({ profile: 'http://iiif.io/api/image/2/level0.json' }), false],
    [
      '2: level 0 that takes w,',
      info2({ profile: ['http://iiif.io/api/image/2/level0.json', { supports: ['sizeByW'] }] }),
      true,
    ],
    ['2: level 2', info2(), true],
  ])('whether it gives any size: %s', (_, document, expected) => {
    expect(parse(document).givesAnySize).toBe(expected);
  });

  test('one context among others (Image API 3.0, 5.1)', () => {
    const context = ['http://example.org/more.json', 'http://iiif.io/api/image/3/context.json'];
    expect(parse(info3({ '@context': context })).version).toBe(3);
  });

  test('sizes of another shape, or larger than the picture, are none of it', () => {
    const sizes = [
      { width: 200, height: 200 },
      { width: 200, height: 150 },
      { width: 40_000, height: 30_000 },
    ];
    expect(parse(info3({ sizes })).sizes).toEqual([{ width: 200, height: 150 }]);
  });

  test('an address without its https behind a proxy is taken for https, on the same host alone', () => {
    const http = IMAGE_ID.replace('https', 'http');
    expect(parse(info3({ id: http })).id).toBe(IMAGE_ID);
    expect(parse(info3({ id: 'http://other.example.org/a/' })).id).toBe(
      'http://other.example.org/a',
    );
    expect(parse(info3({ id: '/iiif/scan-2' })).id).toBe('https://images.example.org/iiif/scan-2');
  });
});

describe('what is broken or hostile is refused, with a sentence', () => {
  const polluted = JSON.parse(
    `{"__proto__": {"width": 5, "polluted": true}, "@context": "http://iiif.io/api/image/3/context.json"}`,
  ) as unknown;
  const many = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

  test.each([
    ['nothing', null],
    ['a list', [info3()]],
    ['a word', 'info'],
    ['no protocol', info3({ protocol: undefined })],
    ['no width', info3({ width: undefined })],
    ['width 0', info3({ width: 0 })],
    ['width −1', info3({ width: -1 })],
    ['width 1.5', info3({ width: 1.5 })],
    ['width NaN', info3({ width: Number.NaN })],
    ['width as a text', info3({ width: '20000' })],
    ['width beyond all measure', info3({ width: 1e12 })],
    [
      'version 1',
      info2({ '@context': 'http://library.stanford.edu/iiif/image-api/1.1/context.json' }),
    ],
    ['a context that is a number', info3({ '@context': 7 })],
    ['no id', info3({ id: undefined })],
    ['a script for an id', info3({ id: 'javascript:alert(1)' })],
    ['data for an id', info3({ id: 'data:image/png;base64,AAAA' })],
    ['a file for an id', info3({ id: 'file:///etc/passwd' })],
    ['a password in the id', info3({ id: 'https://me:secret@images.example.org/a' })],
    ['an id with a question mark', info3({ id: 'https://images.example.org/a?b=' })],
    ['an id without end', info3({ id: `https://images.example.org/${'a'.repeat(5000)}` })],
    ['sizes without end', info3({ sizes: many(300).map((width) => ({ width, height: width })) })],
    ['a size that is none', info3({ sizes: [{ width: 100 }] })],
    ['tiles of 0', info3({ tiles: [{ width: 0, scaleFactors: [1] }] })],
    ['tiles without factors', info3({ tiles: [{ width: 256, scaleFactors: [] }] })],
    ['factors without end', info3({ tiles: [{ width: 256, scaleFactors: many(1000) }] })],
    ['a factor of 0', info3({ tiles: [{ width: 256, scaleFactors: [0] }] })],
    ['a prototype for an answer', polluted],
  ])('%s', (_, document) => {
    expect(() => parse(document)).toThrow(
      expect.objectContaining({ code: 'iiif/invalid', message: expect.stringMatching(/\.$/) }),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
