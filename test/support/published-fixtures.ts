import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('../fixtures/published/', import.meta.url);

/** Side of the picture that the fixtures of test/fixtures/published are made for. */
export const PUBLISHED_SIDE = 64;

/** A published network in one graph; see test/fixtures/published/README.md. */
export function publishedGraph(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.onnx.gz`, folder))));
}

/** The picture that goes in, levels 0–1, and the ab that PyTorch makes of it. */
export function publishedReference(): Record<'gray' | 'ab', Float32Array<ArrayBuffer>> {
  const floats = (name: string) =>
    new Float32Array(new Uint8Array(readFileSync(new URL(name, folder))).buffer);
  return { gray: floats(`gray-${PUBLISHED_SIDE}.f32`), ab: floats(`ab-${PUBLISHED_SIDE}.f32`) };
}
