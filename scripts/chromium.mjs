import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runQuietly, runVisibly, tool } from './run-command.mjs';

/** Where Linux distributions put Chromium. */
const SYSTEM_CHROMIUM = '/usr/bin/chromium';

/**
 * Parts of Chromium that tests are better without: what Playwright itself turns off, since of this switch only
 * the last is heard (a unit test holds the list to Playwright's), and the pop-up of the address bar, a page of
 * its own in every window that nobody sees: it takes as long as a small page.
 */
export const DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** Keep Chromium to itself: no sandbox where it cannot have one, no talk of its own to the network. */
export const CHROMIUM_FLAGS = [
  // The sandbox refuses to start as root, and containers lack what it needs.
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

const WEBGPU_FLAGS = ['--enable-unsafe-webgpu'];

/**
 * WebGPU where the system has no GPU that Chromium trusts: its software adapter, very slow. It compiles
 * kernels five times as fast without the checks of bounds that Chromium adds to them, and twice as fast
 * again without zeros written into workgroup memory first: a kernel here must write before it reads. A fifth
 * less again without guards of whole divisions: none here divides by zero.
 */
export const SOFTWARE_WEBGPU_FLAGS = [
  ...WEBGPU_FLAGS,
  `--enable-dawn-features=${[
    'disable_robustness',
    'disable_workgroup_init',
    'disable_polyfills_on_integer_div_and_mod',
  ].join(',')}`,
];

/** A real GPU for headless Chromium on Linux, through Vulkan; elsewhere it is there by itself. */
export const GPU_FLAGS =
  process.platform === 'linux'
    ? [
        ...WEBGPU_FLAGS,
        '--enable-features=Vulkan',
        '--use-angle=vulkan',
        '--use-vulkan=native',
        '--disable-vulkan-surface',
        '--ignore-gpu-blocklist',
        '--enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia',
      ]
    : WEBGPU_FLAGS;

/**
 * The Chromium to use: `$CHROMIUM_PATH`, the system's, or the one that Playwright installed.
 * @returns {string | undefined} undefined where there is none
 */
export function findChromium() {
  return [process.env['CHROMIUM_PATH'], SYSTEM_CHROMIUM, playwrightChromium()].find(
    (path) => path && existsSync(path),
  );
}

/**
 * Finds Chromium, or installs it: from Debian's packages as root there, else Playwright's own.
 * Packages must be installed before.
 * @returns {Promise<string>} its path
 * @throws {Error} where no way leads to one
 */
export async function ensureChromium() {
  const present = findChromium();
  if (present) return present;
  console.log('Installing Chromium …');
  for (const install of [installFromDebian, installWithLibraries, installBare]) {
    await install().catch((error) => console.log(`  that did not work: ${error.message}`));
    const found = findChromium();
    if (found) return found;
  }
  throw new Error(
    'Chromium is needed and could not be installed. Install it, or name its path in CHROMIUM_PATH.',
  );
}

function playwrightChromium() {
  try {
    return createRequire(import.meta.url)('playwright-core').chromium.executablePath();
  } catch {
    // Packages are not installed yet, or Playwright does not know this system.
    return undefined;
  }
}

async function installFromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error('not root on Debian, trying Playwright’s own.');
  }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const { code, output } = await runQuietly('apt-get', args, env);
    if (code !== 0) throw new Error(`apt-get ${args[0]}: ${output.slice(-500)}`);
  }
}

function installWithLibraries() {
  return runVisibly(...tool('playwright-core/cli.js', ['install', '--with-deps', 'chromium']));
}

function installBare() {
  return runVisibly(...tool('playwright-core/cli.js', ['install', 'chromium']));
}
