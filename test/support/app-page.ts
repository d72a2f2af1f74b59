import { expect, type Locator, type Page, type Worker } from '@playwright/test';
import type { Preset } from '../../src/planner/presets.ts';
import { drawnPng } from './drawn-png.ts';

/** A file as Playwright's picker and the page's drop take it. */
export type GivenFile = { name: string; mimeType: string; buffer: Buffer };

/** A gray photograph drawn by code. */
export async function photographFile(
  name = 'street.png',
  width = 320,
  height = 224,
): Promise<GivenFile> {
  return { name, mimeType: 'image/png', buffer: await drawnPng(width, height) };
}

/** A text that claims to be a photograph. */
export function letterFile(name = 'letter.jpg'): GivenFile {
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from('Dear museum, this is a letter.') };
}

/** Lets requests wait, the engine's too, until what it answers is called. */
export async function holdBack(page: Page, address: string): Promise<() => void> {
  let deliver = () => {};
  const delivered = new Promise<void>((resolve) => (deliver = resolve));
  await page.route(address, async (route) => {
    await delivered;
    await route.continue();
  });
  return deliver;
}

/** The built page as a visitor meets it, in words of the page. */
export class AppPage {
  readonly page: Page;
  readonly stage: Locator;
  readonly divider: Locator;
  readonly strength: Locator;
  readonly saveButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.stage = page.getByRole('application');
    this.divider = page.getByRole('slider', { name: 'Divide original and colour' });
    this.strength = page.getByRole('slider', { name: 'Strength' });
    this.saveButton = page.getByRole('button', { name: 'Save', exact: true });
  }

  /** @param preset of the runs in this visit: `low` is the quickest, where a test asks nothing of their size. */
  async goto(preset?: Preset): Promise<void> {
    if (preset) {
      const keep = (chosen: Preset) => localStorage.setItem('autochrome-preset', chosen);
      await this.page.addInitScript(keep, preset);
    }
    await this.page.goto('./');
    await expect(this.page.getByRole('button', { name: 'Open photographs' })).toBeVisible();
  }

  /** Chooses files as the picker does. */
  async choose(...files: GivenFile[]): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(files);
  }

  /** Sends an event with files, as a drop or a paste brings them. */
  async give(kind: 'drop' | 'paste', file: GivenFile): Promise<void> {
    const bytes = file.buffer.toString('base64');
    await this.page.evaluate(
      ({ kind, bytes, name, mimeType }) => {
        const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([data], name, { type: mimeType }));
        const options = { bubbles: true, cancelable: true };
        document.body.dispatchEvent(
          kind === 'drop'
            ? new DragEvent('drop', { ...options, dataTransfer: transfer })
            : new ClipboardEvent('paste', { ...options, clipboardData: transfer }),
        );
      },
      { kind, bytes, name: file.name, mimeType: file.mimeType },
    );
  }

  /** Waits until the shown photograph is finished. */
  async expectColoured(): Promise<void> {
    await expect(this.saveButton).toBeEnabled();
    await expect(this.divider).toBeVisible();
  }

  /** Lets the engine's worker throw where nothing catches it. @returns the worker, once the page has ended it. */
  async crashEngine(): Promise<Worker> {
    const engine = this.page.workers().find((worker) => worker.url().includes('engine.worker'));
    if (!engine) throw new Error('There is no engine yet.');
    const ended = engine.waitForEvent('close');
    const crash = engine.evaluate(() => {
      setTimeout(() => {
        throw new Error('The engine crashes.');
      });
    });
    // The page may end the worker before it has answered.
    await Promise.all([ended, crash.catch(() => undefined)]);
    return engine;
  }

  /** Unfolds what the planner chose for the shown photograph. */
  async showHowItWasDone(): Promise<void> {
    await this.page.getByText('How it was done', { exact: true }).click();
  }

  /** Runs of the network in this visit, as the diagnostics count them. */
  async countRuns(): Promise<number> {
    await this.page.getByRole('button', { name: 'Diagnostics' }).click();
    const heading = await this.page.getByText(/^Runs in this visit:/).textContent();
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toBeHidden();
    return Number(heading?.split(':')[1]);
  }

  /** Mean chroma (largest minus smallest channel, 0–255) of what the coloured side draws. */
  colourfulness(): Promise<number> {
    return this.pixels('coloured').then(({ chroma }) => chroma);
  }

  /** Mean level and chroma, and the size, of the whole photograph as a side draws it. */
  pixels(side: 'original' | 'coloured'): Promise<SideFacts> {
    // Canvases come in this order: original and its detail, coloured and its detail.
    const canvas = this.stage.locator('.side canvas').nth(side === 'original' ? 0 : 2);
    return canvas.evaluate((drawn: HTMLCanvasElement) => {
      const { width, height } = drawn;
      const copy = new OffscreenCanvas(width, height).getContext('2d');
      if (!copy) throw new Error('The browser has no canvas.');
      copy.drawImage(drawn, 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      let [level, chroma] = [0, 0];
      for (let at = 0; at < data.length; at += 4) {
        const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
        level += (r + g + b) / 3;
        chroma += Math.max(r, g, b) - Math.min(r, g, b);
      }
      const count = data.length / 4;
      return { width, height, level: level / count, chroma: chroma / count };
    });
  }
}

/** What a canvas of the viewer shows. */
export type SideFacts = { width: number; height: number; level: number; chroma: number };
