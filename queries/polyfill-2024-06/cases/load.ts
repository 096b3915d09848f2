export function load(done: { features: string }) {
  const script = document.createElement("script");
  // bug: script-from-polyfill-io
  script.src = "https://cdn.polyfill.io/v3/polyfill.min.js";
  // bug: script-from-polyfill-io
  const other = `//polyfill.io/v3/polyfill.js?features=${done.features}`;
  // ok: script-from-polyfill-io
  const mirror = "https://cdnjs.cloudflare.com/polyfill/v3/polyfill.min.js";
  // ok: script-from-polyfill-io
  const text = "once https://cdn.polyfill.io was safe";
  return [script, other, mirror, text];
}
