import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';

/** Decoded pixels of a file: RGBA, 0–255. */
export type Pixels = { width: number; height: number; data: Uint8Array };

/** Decodes a picture file with the browser's own decoder, whatever made the file. */
export async function decodeInPage(page: Page, path: string): Promise<Pixels> {
  const base64 = (await readFile(path)).toString('base64');
  const { width, height, pixels } = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none' });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let characters = '';
    for (const byte of data) characters += String.fromCharCode(byte);
    return { width: bitmap.width, height: bitmap.height, pixels: btoa(characters) };
  }, base64);
  return { width, height, data: Uint8Array.from(Buffer.from(pixels, 'base64')) };
}
