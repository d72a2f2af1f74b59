import './define.ts';
import type { AutochromePhoto } from './autochrome-photo.ts';
import type { PhotoEvents } from './events.ts';
import { FrameChannel } from './frame-channel.ts';
import { speakingOrigins, type FrameRequest } from './frame-protocol.ts';

/**
 * What the frame's address may say. No address of a program or a model is among it: the frame runs under this
 * site's own name, and whoever writes its address need not be its friend.
 */
const FROM_ADDRESS = ['alt', 'strength', 'preset', 'reveal'];

const asked = new URLSearchParams(location.search);
const allowed = document.querySelector<HTMLMetaElement>('meta[name=autochrome-hosts]')?.content;
const photo = document.createElement('autochrome-photo') as AutochromePhoto;
const channel = new FrameChannel(speakingOrigins(asked.getAll('host'), allowed ?? ''), carryOut);

for (const name of FROM_ADDRESS) {
  const value = asked.get(name);
  if (value !== null) photo.setAttribute(name, value);
}
const source = asked.get('src');
// Addresses of the page's own data mean nothing here.
if (source !== null && /^https?:/i.test(new URL(source, location.href).protocol)) {
  photo.setAttribute('src', source);
}
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
