/**
 * The element's own style. What the host may change are parts and custom properties; of the mark it may not
 * change that it is there: in a shadow tree `!important` wins over the page, whatever the page says.
 */
export const STYLES = `
:host {
  display: inline-block;
  position: relative;
  min-width: min(16rem, 100%);
  max-width: 100%;
  vertical-align: top;
}
:host([hidden]) { display: none; }
.stage {
  position: relative;
  display: grid;
  width: fit-content;
  max-width: 100%;
  direction: ltr;
  --at: 50%;
}
.stage img, ::slotted(img) { display: block; max-width: 100%; height: auto; }
canvas {
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
  pointer-events: none;
  clip-path: inset(0 0 0 var(--at));
}
.divider {
  position: absolute;
  inset: 0 auto 0 var(--at);
  width: 44px;
  margin-left: -22px;
  cursor: ew-resize;
  touch-action: none;
  outline: none;
}
.divider::before {
  content: '';
  position: absolute;
  inset: 0 auto 0 21px;
  width: 2px;
  background: var(--autochrome-divider, #fff);
  box-shadow: 0 0 0 0.5px rgb(0 0 0 / 45%);
}
.grip {
  position: absolute;
  left: 5px;
  top: 50%;
  width: 34px;
  height: 34px;
  margin-top: -17px;
  display: grid;
  place-items: center;
  border-radius: 50%;
  background: var(--autochrome-divider, #fff);
  box-shadow: 0 0 0 0.5px rgb(0 0 0 / 45%), 0 2px 8px rgb(0 0 0 / 30%);
}
.grip::before {
  content: '';
  width: 6px;
  height: 10px;
  border: solid #1d1b18;
  border-width: 0 2px;
}
.divider:focus-visible .grip {
  outline: 3px solid #4a4893;
  box-shadow: 0 0 0 5px #fff;
}
.mark {
  all: initial !important;
  position: absolute !important;
  right: 0 !important;
  bottom: 0 !important;
  display: block !important;
  box-sizing: border-box !important;
  max-width: 100% !important;
  padding: 0.3em 0.6em !important;
  font: 500 max(0.8125rem, 12px) / 1.3 var(--autochrome-font, system-ui, sans-serif) !important;
  color: var(--autochrome-mark-color, #fff) !important;
  background: var(--autochrome-mark-background, #1d1b18) !important;
  border-radius: var(--autochrome-mark-radius, 0) !important;
  pointer-events: none !important;
}
.mark.plain { color: #fff !important; background: #1d1b18 !important; }
.mark[hidden], .stage :is(canvas, .divider)[hidden] { display: none !important; }
.bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 0.75rem;
  /* As wide as the picture, however much there is to say. */
  width: 0;
  min-width: 100%;
  margin-top: 0.5rem;
  font: 400 max(0.875rem, 13px) / 1.4 var(--autochrome-font, system-ui, sans-serif);
}
button {
  min-height: 44px;
  padding: 0.4em 1em;
  border: 0;
  border-radius: var(--autochrome-radius, 6px);
  font: inherit;
  font-weight: 550;
  color: var(--autochrome-on-accent, #fff);
  background: var(--autochrome-accent, #a53a16);
  cursor: pointer;
}
button:focus-visible, a:focus-visible { outline: 3px solid #4a4893; outline-offset: 2px; box-shadow: 0 0 0 5px #fff; }
a { color: inherit; display: inline-block; padding: 0.4em 0; }
p { margin: 0; overflow-wrap: anywhere; }
.code { font-family: ui-monospace, monospace; font-size: 0.9em; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
@media (forced-colors: active) {
  .mark, button { forced-color-adjust: none !important; }
}
`;
