import { afterEach, expect, test, vi } from 'vitest';
import { PhotoView } from '../../../src/embed/photo-view.ts';
import { words } from '../../../src/embed/words.ts';

const onUnmarked = vi.fn();

afterEach(() => {
  document.body.replaceChildren();
  document.adoptedStyleSheets = [];
  onUnmarked.mockClear();
});

/** A coloured photograph in a page. @param css the page's own style. */
function shown(css = '') {
  const host = document.createElement('div');
  host.className = 'photo';
  host.innerHTML = '<img alt="A street" width="320" height="200">';
  document.body.append(host);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  const actions = { start: () => {}, stop: () => {}, onUnmarked };
  const view = new PhotoView(host.attachShadow({ mode: 'open' }), actions);
  const canvas = new OffscreenCanvas(32, 20);
  canvas.getContext('2d')?.fillRect(0, 0, 32, 20);
  view.showColours(canvas.transferToImageBitmap(), 'A street');
  const mark = host.shadowRoot!.querySelector<HTMLElement>('.mark')!;
  return { host, view, mark };
}

/** The next frame has been drawn, and observers have been told of it. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve))));
  });
}

test('a page’s style may colour the mark, where it can be read', () => {
  const { mark } = shown(
    '.photo { --autochrome-mark-color: #000; --autochrome-mark-background: #ffd }',
  );
  expect(getComputedStyle(mark).color).toBe('rgb(0, 0, 0)');
  expect(getComputedStyle(mark).backgroundColor).toBe('rgb(255, 255, 221)');
  expect(mark.textContent).toBe(words.mark);
});

test.each([
  ['transparent', '#000'],
  ['#fff', 'transparent'],
  ['#777', '#888'],
  ['rgb(255 255 255 / 20%)', '#1d1b18'],
])('a mark of %s on %s keeps its own colours', (colour, background) => {
  const { mark } = shown(
    `.photo { --autochrome-mark-color: ${colour}; --autochrome-mark-background: ${background} }`,
  );
  expect(getComputedStyle(mark).color).toBe('rgb(255, 255, 255)');
  expect(getComputedStyle(mark).backgroundColor).toBe('rgb(29, 27, 24)');
});

test('no style of a page hides the mark', () => {
  const hiding = 'display: none !important; opacity: 0 !important; font-size: 0 !important';
  const { mark } = shown(`html { font-size: 0 } .photo::part(mark), .mark, .photo * { ${hiding} }`);
  const { display, opacity } = getComputedStyle(mark);
  expect([display, opacity]).toEqual(['block', '1']);
  expect(mark.getBoundingClientRect().height).toBeGreaterThan(12);
});

const TAMPERING: [string, (mark: HTMLElement, root: ShadowRoot) => void][] = [
  ['removed', (mark) => mark.remove()],
  ['emptied', (mark) => mark.replaceChildren()],
  ['told something else', (mark) => (mark.textContent = 'Hand-coloured, 1907')],
  ['made invisible', (mark) => mark.style.setProperty('opacity', '0', 'important')],
  ['pushed away', (mark) => mark.style.setProperty('transform', 'scale(0)', 'important')],
  [
    'hidden with its style sheet',
    (mark, root) => {
      root.adoptedStyleSheets = [];
      mark.hidden = true;
    },
  ],
];

test.each(TAMPERING)('a mark that is %s is noticed, once', async (_, tamper) => {
  const { host, mark } = shown();
  // What it looks at by itself, once it is drawn, it has looked at.
  await drawn();
  expect(onUnmarked).not.toHaveBeenCalled();
  tamper(mark, host.shadowRoot!);
  await vi.waitFor(() => expect(onUnmarked).toHaveBeenCalledOnce());
});

test('an element that is hidden as a whole hides its colours too, and nothing is wrong', async () => {
  const { host } = shown();
  host.hidden = true;
  await drawn();
  expect(onUnmarked).not.toHaveBeenCalled();
});

test('the divider moves by keys and pointer, and says where it is', () => {
  const { host, view } = shown();
  const slider = view.divider.element;
  const press = (key: string, shiftKey = false) =>
    slider.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, cancelable: true }));
  const value = () => [slider.ariaValueNow, slider.ariaValueText];
  expect(slider.role).toBe('slider');
  expect(value()).toEqual(['50', words.dividerValue(50)]);
  for (const [key, shift, percent] of [
    ['ArrowLeft', false, 48],
    ['ArrowUp', true, 58],
    ['PageDown', false, 48],
    ['End', false, 100],
    ['ArrowRight', false, 100],
    ['Home', false, 0],
  ] as const) {
    press(key, shift);
    expect(value(), key).toEqual([String(percent), words.dividerValue(percent)]);
  }
  expect(press('toString')).toBe(true);
  view.divider.moveTo(Number.NaN);
  expect(slider.ariaValueNow).toBe('0');
  view.divider.moveTo(25);
  const stage = host.shadowRoot!.querySelector('.stage')!;
  const canvas = host.shadowRoot!.querySelector('canvas')!;
  expect(getComputedStyle(canvas).clipPath).toBe('inset(0px 0px 0px 25%)');
  expect(canvas.getBoundingClientRect().width).toBe(stage.getBoundingClientRect().width);
});
