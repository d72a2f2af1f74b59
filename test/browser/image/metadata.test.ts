import { parse as parseExif } from 'exifr';
import { describe, expect, it } from 'vitest';
import { lightnessOfGray8 } from '../../../src/image/colour/lab.ts';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import type { PictureStripe } from '../../../src/image/encode/encode-picture.ts';
import { markAsMachineColoured } from '../../../src/image/metadata/mark.ts';
import { readMetadata } from '../../../src/image/metadata/read-metadata.ts';
import type { LightnessPlane } from '../../../src/image/photograph.ts';
import { ascii, joinBytes } from '../../support/files/byte-writer.ts';
import {
  buildExif,
  buildIptc,
  buildPhotoshopResources,
  EXIF_TEXTS,
} from '../../support/files/exif.ts';
import { buildJpeg } from '../../support/files/jpeg.ts';
import { encodeStripes } from '../../support/encode-stripes.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;
const LEVELS = [40, 100, 160, 220, 70, 130];

/** Three blocks by two of their own levels, to be turned clockwise, with all there is to say. */
const sideways = () => {
  const block = (x: number, y: number) => [LEVELS[x + 3 * y]!];
  const thumbnail = buildJpeg({ blocksWide: 1, blocksHigh: 1, channels: 1, block: () => [9] });
  const iptc = buildIptc([
    [80, 'Anna Lindqvist'],
    [116, 'Malmo stadsarkiv'],
  ]);
  return new Blob([
    buildJpeg({
      ...{ blocksWide: 3, blocksHigh: 2, channels: 1, block },
      segments: [
        [0xe1, joinBytes(ascii('Exif\0\0'), buildExif({ orientation: 6, thumbnail }))],
        [0xed, joinBytes(ascii('Photoshop 3.0\0'), buildPhotoshopResources(iptc))],
      ],
    }),
  ]);
};

/** The plane as gray pixels. */
async function* stripesOf({ width, height, data }: LightnessPlane): AsyncGenerator<PictureStripe> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  data.forEach((lightness, i) => {
    const level = lightnessOfGray8.findIndex((value) => value >= lightness);
    rgba.set([level, level, level, 255], 4 * i);
  });
  yield { y: 0, height, rgba };
}

describe('a photograph that lies on its side', () => {
  it.each(['jpeg', 'png'] as const)(
    'stands upright in a %s and keeps its words',
    async (format) => {
      const file = sideways();
      const { lightness } = (await decodePhotograph(file, UPRIGHT)).photograph;
      expect(lightness).toMatchObject({ width: 16, height: 24 });
      const { width, height } = lightness;
      const picture = await encodeStripes(
        { width, height, stripes: stripesOf(lightness) },
        format,
        1,
      );
      const note = { model: 'm', version: '1', made: 'size 256, int8 on WebGPU' };
      const saved = await markAsMachineColoured(picture, format, note, await readMetadata(file));

      const said = await parseExif(await saved.arrayBuffer(), {
        ...{ tiff: true, exif: true, ifd1: true, iptc: true, xmp: true, mergeOutput: false },
        ...{ translateValues: false, reviveValues: false },
      });
      expect(said.ifd0).toMatchObject({
        Orientation: 1,
        Artist: EXIF_TEXTS.artist,
        Copyright: EXIF_TEXTS.copyright,
      });
      expect(said.exif).toMatchObject({
        DateTimeOriginal: EXIF_TEXTS.taken,
        ColorSpace: 1,
        ExifImageWidth: 16,
        ExifImageHeight: 24,
      });
      expect(said.ifd1).toBeUndefined();
      expect(said.Iptc4xmpExt.DigitalSourceType).toContain('compositeWithTrained');
      if (format === 'jpeg') expect(said.iptc).toMatchObject({ Byline: 'Anna Lindqvist' });
      expect(await readMetadata(saved)).toMatchObject({ iptc: (await readMetadata(file)).iptc });

      const again = (await decodePhotograph(saved, UPRIGHT)).photograph.lightness;
      expect(again).toMatchObject({ width: 16, height: 24 });
      const errors = Array.from(again.data, (value, i) => Math.abs(value - lightness.data[i]!));
      expect(Math.max(...errors)).toBeLessThan(2 * 257);
    },
  );

  it('is marked as sRGB once', async () => {
    const { lightness } = (await decodePhotograph(sideways(), UPRIGHT)).photograph;
    const { width, height } = lightness;
    const png = await encodeStripes({ width, height, stripes: stripesOf(lightness) }, 'png', 1);
    const marked = await markAsMachineColoured(png, 'png', {
      model: 'm',
      version: '1',
      made: 'size 256, int8 on WebGPU',
    });
    expect((await marked.text()).match(/sRGB|iCCP|cICP/g)).toHaveLength(1);
  });
});
