import { describe, expect, test } from 'vitest';
import { parseImageInfo } from '../../../src/iiif/parse-image-info.ts';
import { picturesOf } from '../../../src/iiif/picture-parts.ts';
import { IMAGE_ID, info2, info3, INFO_ADDRESS, TILES } from '../../support/iiif/documents.ts';

const WANTED = { width: 1024, height: 768 };
const SIZES = [
  { width: 625, height: 469 },
  { width: 1250, height: 938 },
  { width: 5000, height: 3750 },
];

/** The best way, and its first address after the id. */
function best(document: unknown, wanted = WANTED) {
  const [picture] = picturesOf(parseImageInfo(document, INFO_ADDRESS), wanted);
  const { width, height, parts } = picture!;
  return { width, height, count: parts.length, first: parts[0]!.address.slice(IMAGE_ID.length) };
}

describe('one request for the whole', () => {
  test.each([
    ['3, level 2', info3(), 1024, 768, '/full/1024,768/0/default.jpg'],
    ['2, level 2', info2(), 1024, 768, '/full/1024,/0/default.jpg'],
    // The smallest listed size that is enough.
    [
      '3, level 0 with sizes',
      info3({ profile: 'level0', sizes: SIZES }),
      1250,
      938,
      '/full/1250,938/0/default.jpg',
    ],
    [
      '2, level 0 with sizes',
      info2({ profile: ['http://iiif.io/api/image/2/level0.json'], sizes: SIZES }),
      1250,
      938,
      '/full/1250,/0/default.jpg',
    ],
    // A size that lies ready is taken before one that must be made.
    ['3, level 2 with sizes', info3({ sizes: SIZES }), 1250, 938, '/full/1250,938/0/default.jpg'],
    // …but not one that is many times too large.
    [
      '3, level 2, a large size',
      info3({ sizes: [SIZES[2]] }),
      1024,
      768,
      '/full/1024,768/0/default.jpg',
    ],
    // A small picture at its own size: never enlarged.
    ['3, small', info3({ width: 800, height: 600 }), 800, 600, '/full/max/0/default.jpg'],
    ['2, small', info2({ width: 800, height: 600 }), 800, 600, '/full/full/0/default.jpg'],
    ['3, maxWidth', info3({ maxWidth: 500 }), 500, 375, '/full/500,375/0/default.jpg'],
    [
      '3, maxHeight',
      info3({ maxWidth: 900, maxHeight: 300 }),
      400,
      300,
      '/full/400,300/0/default.jpg',
    ],
    ['3, maxArea', info3({ maxArea: 120_000 }), 400, 300, '/full/400,300/0/default.jpg'],
    // What is listed beyond the limit is not asked for.
    [
      '3, level 0, sizes beyond the limit',
      info3({ profile: 'level0', sizes: SIZES, maxWidth: 700 }),
      625,
      469,
      '/full/625,469/0/default.jpg',
    ],
  ])('%s', (_, document, width, height, first) => {
    expect(best(document)).toEqual({ width, height, count: 1, first });
  });
});

describe('tiles, where level 0 lists nothing else (Image API 3.0, 5.4)', () => {
  const level0 = info3({ profile: 'level0', tiles: TILES });

  test('the scale that is enough, side by side', () => {
    const [picture] = picturesOf(parseImageInfo(level0, INFO_ADDRESS), WANTED);
    expect([picture!.width, picture!.height]).toEqual([1250, 938]);
    expect(picture!.parts).toHaveLength(6);
    expect(picture!.parts[0]!.address).toBe(`${IMAGE_ID}/0,0,8192,8192/512,512/0/default.jpg`);
    // The last tile is cut off at the picture's border: 20000 − 16384 = 3616, at 1:16 226.
    expect(picture!.parts.at(-1)).toEqual({
      address: `${IMAGE_ID}/16384,8192,3616,6808/226,426/0/default.jpg`,
      x: 1024,
      y: 512,
      width: 226,
      height: 426,
    });
  });

  test('they cover the picture, without gap or overlap', () => {
    const service = parseImageInfo(
      info3({ profile: 'level0', tiles: TILES, width: 3001, height: 1999 }),
      INFO_ADDRESS,
    );
    for (const { width, height, parts } of picturesOf(service, WANTED)) {
      const covered = new Uint8Array(width * height);
      for (const part of parts) {
        for (let y = part.y; y < part.y + part.height; y++) {
          for (let x = part.x; x < part.x + part.width; x++) covered[y * width + x]! += 1;
        }
      }
      expect(covered.every((times) => times === 1)).toBe(true);
    }
  });

  test('version 2 asks for widths alone', () => {
    const document = info2({ profile: 'http://iiif.io/api/image/2/level0.json', tiles: TILES });
    expect(best(document).first).toBe('/0,0,8192,8192/512,/0/default.jpg');
  });

  test('a tile that shows the whole says so', () => {
    expect(best(level0, { width: 200, height: 150 })).toEqual({
      width: 313,
      height: 235,
      count: 1,
      first: '/full/313,235/0/default.jpg',
    });
  });

  test('other ways follow: larger ones, then what is too small', () => {
    const ways = picturesOf(parseImageInfo(level0, INFO_ADDRESS), WANTED);
    expect(ways.map(({ width }) => width)).toEqual([1250, 2500, 625, 313]);
  });
});

test('a hostile service costs neither time nor memory', () => {
  const tiles = [{ width: 1, scaleFactors: [1, 2, 4, 8] }];
  const service = parseImageInfo(
    info3({ width: 2 ** 20, height: 2 ** 20, profile: 'level0', tiles }),
    INFO_ADDRESS,
  );
  const startedAt = performance.now();
  expect(() => picturesOf(service, WANTED)).toThrow(
    expect.objectContaining({ code: 'iiif/no-image' }),
  );
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
