import { chromium } from 'playwright-core';
import { distFolder } from '../../scripts/build.mjs';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { longestTask } from '../support/longest-task.mjs';

const ELEMENTS = 10;

/**
 * The longest task of a host's page before anybody asks for colours, with ten elements on it and without their
 * script, side by side: ms of processor time of each load.
 * @param {number} runs
 * @returns {Promise<{ elements: number, withElement: number[], without: number[] }>}
 */
export async function measureEmbed(runs) {
  const executablePath = await ensureChromium();
  const site = await serveFolder(distFolder, {
    isIsolated: false,
    route: ({ url = '' }, response) => {
      if (!url.startsWith('/host')) return false;
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(hostPage(url === '/host-with.html'));
      return true;
    },
  });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    /** @param {string} path */
    const load = async (path) => {
      const page = await browser.newPage();
      const ms = await longestTask(browser, page, async () => {
        await page.goto(new URL(path, site.address).href);
        if (path === 'host-with.html')
          await page
            .getByRole('button')
            .nth(ELEMENTS - 1)
            .waitFor();
      });
      await page.close();
      return ms;
    };
    /** @type {{ withElement: number[], without: number[] }} */
    const found = { withElement: [], without: [] };
    // The first load pays for what the browser does once.
    await load('host-without.html');
    for (let run = 0; run < runs; run++) {
      found.without.push(await load('host-without.html'));
      found.withElement.push(await load('host-with.html'));
    }
    return { elements: ELEMENTS, ...found };
  } finally {
    await browser.close();
    await site.close();
  }
}

/** @param {boolean} hasScript */
function hostPage(hasScript) {
  const script = hasScript ? '<script type="module" src="embed/autochrome-photo.js"></script>' : '';
  const photograph =
    '<autochrome-photo><img src="icon-512.png" alt="A photograph" width="160"></autochrome-photo>';
  return `<!doctype html><title>An archive</title>${script}${photograph.repeat(ELEMENTS)}`;
}
