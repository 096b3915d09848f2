export function Document() {
  return (
    <html>
      <head>
        {/* bug: script-from-polyfill-io */}
        <script src="https://polyfill.io/v3/polyfill.min.js" />
        {/* ok: script-from-polyfill-io */}
        <script src="/static/polyfill.min.js" />
      </head>
    </html>
  );
}
