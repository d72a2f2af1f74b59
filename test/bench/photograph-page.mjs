import { fileURLToPath } from 'node:url';

/**
 * @import { EngineHost } from '../../src/cli/engine-host.mjs'
 */

/**
 * One photograph's measures.
 * @typedef {{ width: number, height: number, psnr: number, colourfulness: number, originalColourfulness: number }} Measures
 */

const METRICS = fileURLToPath(new URL('metrics.mjs', import.meta.url));

/**
 * Makes a photograph gray, with the browser's decoder.
 * @param {EngineHost} host
 * @param {string} original
 * @param {string} gray where the gray PNG goes
 */
export async function makeGrayCopy(host, original, gray) {
  const page = await host.openPage();
  const { inputUrl, outputUrl, forget } = host.offer(original, gray);
  const metrics = host.offer(METRICS, '');
  await page.evaluate(
    async ({ metricsUrl, from, to }) => {
      const { makeGray } = await import(metricsUrl);
      const bitmap = await createImageBitmap(await (await fetch(from)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      context.drawImage(bitmap, 0, 0);
      const image = context.getImageData(0, 0, bitmap.width, bitmap.height);
      makeGray(image.data);
      context.putImageData(image, 0, 0);
      await fetch(to, { method: 'PUT', body: await canvas.convertToBlob() });
    },
    { metricsUrl: metrics.inputUrl, from: inputUrl, to: outputUrl },
  );
  forget();
  metrics.forget();
}

/**
 * Compares a result with its original, at the original's size.
 * @param {EngineHost} host
 * @param {string} original
 * @param {string} result
 * @returns {Promise<Measures>}
 */
export async function measure(host, original, result) {
  const page = await host.openPage();
  const offers = [METRICS, original, result].map((path) => host.offer(path, ''));
  const measures = await page.evaluate(
    async ([metricsUrl = '', ...urls]) => {
      const { psnr, colourfulness } = await import(metricsUrl);
      const images = await Promise.all(
        urls.map(async (url) => {
          const bitmap = await createImageBitmap(await (await fetch(url)).blob());
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const context = canvas.getContext('2d', { willReadFrequently: true });
          if (!context) throw new Error('no canvas');
          context.drawImage(bitmap, 0, 0);
          return context.getImageData(0, 0, bitmap.width, bitmap.height);
        }),
      );
      const [one, other] = images;
      if (!one || !other || one.width !== other.width || one.height !== other.height) {
        throw new Error('The result has another size than its original.');
      }
      return {
        width: one.width,
        height: one.height,
        psnr: psnr(one.data, other.data),
        colourfulness: colourfulness(other.data),
        originalColourfulness: colourfulness(one.data),
      };
    },
    offers.map((offer) => offer.inputUrl),
  );
  for (const { forget } of offers) forget();
  return measures;
}
