import { addressOf } from './addresses.ts';
import { AutochromePhoto } from './autochrome-photo.ts';
import type { PhotoEvents } from './events.ts';
import { FrameChannel } from './frame-channel.ts';
import { speakingOrigins, type FrameRequest } from './frame-protocol.ts';
import type { AppLink } from './photo-view.ts';
import { words } from './words.ts';

/**
 * What the frame's address may say. No address of a program or a model is among it: the frame runs under this
 * site's own name, and whoever writes its address need not be its friend.
 */
const FROM_ADDRESS = ['canvas', 'alt', 'strength', 'preset', 'reveal'];

/** The element in a page of the app itself: what cannot be coloured here may be saved, and opened as a file. */
class FramedPhoto extends AutochromePhoto {
  protected override linkFor(): AppLink {
    return { address: new URL('./', location.href), label: words.openApp };
  }
}
customElements.define('autochrome-photo', FramedPhoto);

const asked = new URLSearchParams(location.search);
const allowed = document.querySelector<HTMLMetaElement>('meta[name=autochrome-hosts]')?.content;
const photo = new FramedPhoto();
const channel = new FrameChannel(speakingOrigins(asked.getAll('host'), allowed ?? ''), carryOut);

for (const name of FROM_ADDRESS) {
  const value = asked.get(name);
  if (value !== null) photo.setAttribute(name, value);
}
const source = addressOf(asked.get('src'));
if (source) photo.setAttribute('src', source.href);
for (const type of ['progress', 'complete', 'error'] as const) {
  photo.addEventListener(type, (event) => {
    const { detail } = event as PhotoEvents[typeof type];
    channel.tell({ type, ...detail } as Parameters<FrameChannel['tell']>[0]);
  });
}
document.querySelector('#photo')?.append(photo);
new ResizeObserver(() =>
  channel.tell({ type: 'size', height: Math.ceil(document.documentElement.offsetHeight) }),
).observe(document.documentElement);
channel.tell({ type: 'ready' });

function carryOut(request: FrameRequest): void {
  if (request.type === 'colour') void photo.colour();
  else if (request.type === 'cancel') photo.cancel();
  else {
    if (request.strength !== undefined) photo.setAttribute('strength', String(request.strength));
    if (request.position !== undefined) photo.position = request.position;
  }
}
