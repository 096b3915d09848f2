import { useState } from "react";

// bug: nested-quantifier
const NAME = /^([A-Za-z]+)*$/;

export function Form({ onSend }: { onSend: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <form onSubmit={() => onSend(text)}>
      {/* bug: adjacent-wildcards */}
      <input pattern="x" data-ok={/.*(.*)@/.test(text)} onChange={(e) => setText(e.target.value)} />
      {/* Text between tags is no expression. */}
      {/* ok: adjacent-wildcards, nested-quantifier */}
      <p>Not like this: .*.*= or (a+)+</p>
      {/* ok: adjacent-wildcards, nested-quantifier */}
      <button disabled={!NAME.test(text) || !/^[^@]+@[^@]+$/.test(text)}>Send</button>
    </form>
  );
}
