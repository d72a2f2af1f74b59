import type { Picture } from '../iiif/picture-parts.ts';
