import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'autochrome-against-'))));
afterEach(() => rm(folder, { recursive: true }));

test.each(['PSNR 24 dB', '[]', 'null', '{"rows": 3}'])(
  'what is no evaluation is not compared with: %s',
  async (text) => {
    const against = join(folder, 'v0.json');
    await writeFile(against, text);
    const command = ['scripts/evaluate.mjs', folder, '--against', against];
    await expect(promisify(execFile)(process.execPath, command)).rejects.toMatchObject({
      code: 2,
      stderr: `${JSON.stringify(against)} is not what --json has written. --help tells more.\n`,
    });
  },
);
