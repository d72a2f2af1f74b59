import { describe, expect, it } from 'vitest';
import { DIGITAL_SOURCE_TYPE, xmpPacket } from '../../../src/image/metadata/xmp.ts';

const note = { model: 'm', version: '1', made: 'size 256, int8 on WebGPU' };
const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const IPTC = 'xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"';
const DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"';

const packetOf = (source: string) => xmpPacket(note, new TextEncoder().encode(source));
const rdf = (inner: string, attributes = '') =>
  `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${RDF}>` +
  `<rdf:Description rdf:about="uuid:1" ${DC} ${IPTC} ${attributes}>${inner}</rdf:Description>` +
  `</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

const count = (text: string, part: string) => text.split(part).length - 1;

describe('xmpPacket', () => {
  const ours = xmpPacket(note, null);

  it('keeps the properties of the source, and says whose colours they are', () => {
    const packet = packetOf(
      rdf('<dc:rights><rdf:Alt><rdf:li>A &amp; B</rdf:li></rdf:Alt></dc:rights>'),
    );
    expect(packet).toContain('<rdf:li>A &amp; B</rdf:li>');
    expect(packet).toContain(`Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}"`);
    expect(packet).toContain('Coloured by machine (m, size 256, int8 on WebGPU)');
    expect(count(packet, 'rdf:about="uuid:1"')).toBe(2);
    expect(count(packet, '<rdf:RDF')).toBe(1);
    expect(count(packet, '</rdf:RDF>')).toBe(1);
  });

  it('says what was repaired, and how much of the area, where something was', () => {
    const repair = { model: 'Repair & co', made: 'draft, size 256, int8 on wasm', share: 0.03217 };
    const packet = xmpPacket({ ...note, repair }, null);
    expect(packet).toContain(
      'Damage on 3.2 % of the area was filled in by machine (Repair &amp; co,',
    );
    expect(packet).toContain('AISystemUsed="m; Repair &amp; co"');
    // Also beside a description of the source's own, which stands.
    const source = rdf('<dc:description>Own words</dc:description>');
    const beside = xmpPacket({ ...note, repair }, new TextEncoder().encode(source));
    expect(beside).toContain('repair of 3.2 % of the area: draft, size 256, int8 on wasm)"');
    expect(ours).not.toMatch(/repair|Damage/);
  });

  it.each([
    ['an attribute', rdf('', 'ext:DigitalSourceType="http://old"')],
    ['an attribute in single quotes', rdf('', "ext:DigitalSourceType = 'http://old'")],
    ['an element', rdf('<ext:DigitalSourceType>http://old</ext:DigitalSourceType>')],
    ['an empty element', rdf('<ext:DigitalSourceType rdf:resource="http://old"/>')],
  ])('replaces a former source type: %s', (_, source) => {
    const packet = packetOf(source);
    expect(packet).not.toContain('http://old');
    expect(packet).toContain('uuid:1');
    expect(count(packet, 'DigitalSourceType')).toBe(1);
  });

  it('drops what is no longer true', () => {
    const source = rdf(
      '<xmp:Thumbnails><rdf:Alt><rdf:li>abc</rdf:li></rdf:Alt></xmp:Thumbnails>',
      'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="t" tiff:Orientation="6" xmp:CreatorTool="Scan"',
    );
    const packet = packetOf(source);
    expect(packet).toContain('uuid:1');
    expect(packet).not.toMatch(/Thumbnails|Orientation|Scan/);
  });

  it('leaves the owner the last word on what is to be seen', () => {
    const packet = packetOf(
      rdf('<dc:description><rdf:Alt><rdf:li>Us</rdf:li></rdf:Alt></dc:description>'),
    );
    expect(packet).toContain('<rdf:li>Us</rdf:li>');
    expect(count(packet, '<dc:description>')).toBe(1);
    expect(packet).not.toContain('Coloured by machine');
  });

  it.each([
    ['text', 'not XML at all'],
    ['tags left open', rdf('<dc:rights>')],
    ['tags closed in the wrong order', rdf('<dc:rights><rdf:Alt></dc:rights></rdf:Alt>')],
    ['a prefix that is not declared', rdf('<other:rights>A</other:rights>')],
    ['an entity of its own', rdf('<dc:rights>&own;</dc:rights>')],
    ['a declaration', `<!DOCTYPE a [<!ENTITY b "c">]>${rdf('')}`],
    ['a comment that hides a source type', rdf('<!-- <ext:DigitalSourceType> -->')],
    [
      'a source type spelt in a way that is not known',
      rdf('<ext:DigitalSourceType\n>x</ext:Other>'),
    ],
    ['an attribute without quotes', rdf('', 'dc:format=jpeg')],
    ['two packets', rdf('') + rdf('')],
  ])('writes ours alone where the source is not plain: %s', (_, source) => {
    expect(packetOf(source)).toBe(ours);
  });

  it('ends soon on hostile text', () => {
    const start = performance.now();
    packetOf(rdf('<ext:CreatorTool>'.repeat(3800)));
    packetOf(rdf('', ' ext:CreatorTool = '.repeat(3000)));
    packetOf(rdf(`<dc:a ${' '.repeat(60_000)}`));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('takes bytes that are no UTF-8 for none', () => {
    expect(xmpPacket(note, Uint8Array.of(0xff, 0xfe, 0x3c, 0))).toBe(ours);
  });
});
