// Documents as the specifications have them, drawn by code.
// Image API 3.0 section 5, 2.1 section 5; Presentation API 3.0 section 5, 2.1 section 5.

export const IMAGE_ID = 'https://images.example.org/iiif/scan-1';
export const INFO_ADDRESS = new URL(`${IMAGE_ID}/info.json`);
export const MANIFEST_ADDRESS = new URL('https://archive.example.org/book/manifest.json');

type Fields = Record<string, unknown>;

/** Image API 3.0 section 5.2; level 2 unless it is said otherwise. */
export function info3(fields: Fields = {}): Fields {
  return {
    '@context': 'http://iiif.io/api/image/3/context.json',
    id: IMAGE_ID,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width: 20_000,
    height: 15_000,
    ...fields,
  };
}

/** Image API 2.1 section 5.2. */
export function info2(fields: Fields = {}): Fields {
  return {
    '@context': 'http://iiif.io/api/image/2/context.json',
    '@id': IMAGE_ID,
    protocol: 'http://iiif.io/api/image',
    profile: ['http://iiif.io/api/image/2/level2.json'],
    width: 20_000,
    height: 15_000,
    ...fields,
  };
}

/** Tiles of 512 from the whole in one to single pixels: Image API 3.0 section 5.4. */
export const TILES = [{ width: 512, scaleFactors: [1, 2, 4, 8, 16, 32, 64] }];

/** Presentation API 3.0 sections 5.2 to 5.7; `bodies` of the paintings of each canvas. */
export function manifest3(...bodies: unknown[]): Fields {
  return {
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id: MANIFEST_ADDRESS.href,
    type: 'Manifest',
    label: { en: ['Book 1'] },
    items: bodies.map((body, page) => ({
      id: `https://archive.example.org/book/canvas/${page}`,
      type: 'Canvas',
      height: 1800,
      width: 1200,
      items: [
        {
          id: `https://archive.example.org/book/page/${page}`,
          type: 'AnnotationPage',
          items: [
            {
              type: 'Annotation',
              motivation: 'painting',
              body,
              target: `https://archive.example.org/book/canvas/${page}`,
            },
          ],
        },
      ],
    })),
  };
}

/** A body of a painting: Presentation API 3.0 section 5.7. */
export function image3(fields: Fields = {}): Fields {
  return {
    id: `${IMAGE_ID}/full/max/0/default.jpg`,
    type: 'Image',
    format: 'image/jpeg',
    width: 1200,
    height: 1800,
    service: [{ id: IMAGE_ID, type: 'ImageService3', profile: 'level2' }],
    ...fields,
  };
}

/** Presentation API 2.1 sections 5.1 to 5.4; `resources` of the image of each canvas. */
export function manifest2(...resources: unknown[]): Fields {
  return {
    '@context': 'http://iiif.io/api/presentation/2/context.json',
    '@id': MANIFEST_ADDRESS.href,
    '@type': 'sc:Manifest',
    label: 'Book 1',
    sequences: [
      {
        '@type': 'sc:Sequence',
        canvases: resources.map((resource, page) => ({
          '@id': `https://archive.example.org/book/canvas/${page}`,
          '@type': 'sc:Canvas',
          height: 1800,
          width: 1200,
          images: [{ '@type': 'oa:Annotation', motivation: 'sc:painting', resource }],
        })),
      },
    ],
  };
}

/** A content resource: Presentation API 2.1 section 5.4. */
export function image2(fields: Fields = {}): Fields {
  return {
    '@id': `${IMAGE_ID}/full/full/0/default.jpg`,
    '@type': 'dctypes:Image',
    format: 'image/jpeg',
    height: 1800,
    width: 1200,
    service: {
      '@context': 'http://iiif.io/api/image/2/context.json',
      '@id': IMAGE_ID,
      profile: 'http://iiif.io/api/image/2/level1.json',
    },
    ...fields,
  };
}
