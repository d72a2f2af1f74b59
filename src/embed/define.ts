import { AutochromePhoto } from './autochrome-photo.ts';

// A page may hold the program twice, as where two of its parts bring their own.
if (!customElements.get('autochrome-photo')) {
  customElements.define('autochrome-photo', AutochromePhoto);
}
