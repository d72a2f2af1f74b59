import { describe, expect, test } from 'vitest';
import { isManifest, parseManifest } from '../../../src/iiif/parse-manifest.ts';
import {
  image2,
  image3,
  IMAGE_ID,
  info3,
  manifest2,
  manifest3,
  MANIFEST_ADDRESS,
} from '../../support/iiif/documents.ts';

const read = (document: unknown, index = 0) => {
  const { kind, address } = parseManifest(document, index, MANIFEST_ADDRESS);
  return `${kind} ${address.href}`;
};
const SERVICE = `service ${IMAGE_ID}/info.json`;
const FILE = 'https://archive.example.org/page.jpg';

describe('the picture of a canvas is found', () => {
  test.each([
    ['3: a service in a list (Presentation 3.0, 5.7)', manifest3(image3())],
    [
      '3: a service of version 2, as its section 5.7 allows',
      manifest3(
        image3({ service: [{ '@id': IMAGE_ID, '@type': 'ImageService2', profile: 'level1' }] }),
      ),
    ],
    [
      '3: the first of a choice',
      manifest3({ type: 'Choice', items: [image3(), image3({ service: [], id: FILE })] }),
    ],
    ['3: a part of a picture', manifest3({ type: 'SpecificResource', source: image3() })],
    [
      '3: an authentication service before it',
      manifest3(
        image3({
          service: [
            { id: 'https://login.example.org', type: 'AuthCookieService1' },
            { id: IMAGE_ID, type: 'ImageService3', profile: 'level0' },
          ],
        }),
      ),
    ],
    ['2: a service (Presentation 2.1, 5.4)', manifest2(image2())],
    ['2: services in a list', manifest2(image2({ service: [image2()['service']] }))],
    ['2: the default of a choice', manifest2({ '@type': 'oa:Choice', default: image2() })],
    ['2: a part of a picture', manifest2({ '@type': 'oa:SpecificResource', full: image2() })],
  ])('%s', (_, document) => {
    expect(read(document)).toBe(SERVICE);
  });

  test('a file, where there is no service', () => {
    expect(read(manifest3(image3({ service: undefined, id: FILE })))).toBe(`file ${FILE}`);
    expect(read(manifest2(image2({ service: undefined, '@id': FILE })))).toBe(`file ${FILE}`);
  });

  test('a service of version 1 is not used: the file beside it is', () => {
    const service = { '@id': IMAGE_ID, profile: 'http://library.stanford.edu/iiif/image-api/1.1/' };
    expect(read(manifest2(image2({ service, '@id': FILE })))).toBe(`file ${FILE}`);
  });

  test('the canvas that was asked for', () => {
    const pages = [0, 1, 2].map((page) => image3({ service: [], id: `https://a.org/${page}.jpg` }));
    expect(read(manifest3(...pages), 2)).toBe('file https://a.org/2.jpg');
  });

  test('broken neighbours do not matter', () => {
    expect(read(manifest3(null, image3()), 1)).toBe(SERVICE);
  });
});

test('manifests are told from what is none', () => {
  expect([manifest3(), manifest2()].every(isManifest)).toBe(true);
  expect([info3(), null, 'Manifest', [manifest3()], {}].some(isManifest)).toBe(false);
});

describe('what is broken or hostile is refused, with a sentence', () => {
  const nested = (depth: number): unknown =>
    Array.from({ length: depth }).reduce(
      (inner) => ({ type: 'Choice', items: [inner, inner] }),
      image3(),
    );

  test.each([
    ['no such canvas', manifest3(image3()), 1, 'iiif/no-image', /one canvas.* 1\.$/],
    ['a canvas before the first', manifest3(image3()), -1, 'iiif/no-image', /./],
    ['half a canvas', manifest3(image3()), 0.5, 'iiif/no-image', /./],
    ['no number at all', manifest3(image3()), Number.NaN, 'iiif/no-image', /./],
    ['an empty manifest', manifest3(), 0, 'iiif/no-image', /0 canvases/],
    ['an empty canvas', manifest3({}), 0, 'iiif/no-image', /no picture/],
    ['a film', manifest3(image3({ type: 'Video', service: [] })), 0, 'iiif/no-image', /no picture/],
    [
      'a canvas that is a word',
      { ...manifest3(), items: ['canvas'] },
      0,
      'iiif/no-image',
      /no picture/,
    ],
    ['choices without end', manifest3(nested(100)), 0, 'iiif/no-image', /no picture/],
    [
      'a script for a picture',
      manifest3(image3({ service: [], id: 'javascript:alert(1)' })),
      0,
      'iiif/invalid',
      /address/,
    ],
    [
      'a script for a service',
      manifest3(image3({ service: [{ id: 'javascript:alert(1)', type: 'ImageService3' }] })),
      0,
      'iiif/invalid',
      /address/,
    ],
    ['a collection', { type: 'Collection', items: [] }, 0, 'iiif/invalid', /one of its manifests/],
    ['an info.json', info3(), 0, 'iiif/invalid', /no IIIF manifest/],
    ['nothing', null, 0, 'iiif/invalid', /no IIIF manifest/],
    ['no sequence', { ...manifest2(), sequences: [] }, 0, 'iiif/invalid', /no IIIF manifest/],
  ])('%s', (_, document, index, code, sentence) => {
    const startedAt = performance.now();
    expect(() => read(document, index)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(sentence) }),
    );
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
