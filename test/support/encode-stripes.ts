import {
  drawPicture,
  encodePicture,
  type EncodeFormat,
  type StripedPicture,
} from '../../src/image/encode/encode-picture.ts';

/** Stripes as a file. */
export async function encodeStripes(
  source: StripedPicture,
  format: EncodeFormat,
  quality: number,
): Promise<Blob> {
  return encodePicture(await drawPicture(source, format), quality);
}
